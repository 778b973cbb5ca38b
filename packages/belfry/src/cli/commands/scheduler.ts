import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { partitionOption, type Share } from "../partition-option.ts";

const AFTER_HELP = `
Makes deliveries of what is due soon, and deletes what retention no longer keeps. Two are enough for when
one fails. BELFRY_HOST and BELFRY_PORT say where it answers /healthz, /readyz and /metrics.

Examples:
  BELFRY_DATABASE_URL=postgres://belfry:secret@db.example.com/belfry belfry scheduler
  belfry scheduler --partition 1/2`;

/** \`belfry scheduler\`: one role of a cluster, until it is told to end. */
export function schedulerCommand(context: CliContext): Command {
  return new Command("scheduler")
    .description("run a scheduler alone until Ctrl-C")
    .addOption(partitionOption())
    .addHelpText("after", AFTER_HELP)
    .action((options: { partition?: Share }) =>
      context.roles.scheduler(context.env, options, context.output),
    );
}
