import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { partitionOption, type Share } from "../partition-option.ts";

const AFTER_HELP = `
Claims deliveries ahead of their instant, sends them and records what became of them. As many as there is
to send; when one fails, the others take over within two seconds. BELFRY_HOST and BELFRY_PORT say where it
answers /healthz, /readyz and /metrics.

Examples:
  BELFRY_DATABASE_URL=postgres://belfry:secret@db.example.com/belfry belfry worker
  belfry worker --partition 2/8`;

/** \`belfry worker\`: one role of a cluster, until it is told to end. */
export function workerCommand(context: CliContext): Command {
  return new Command("worker")
    .description("run a worker alone until Ctrl-C")
    .addOption(partitionOption())
    .addHelpText("after", AFTER_HELP)
    .action((options: { partition?: Share }) => context.roles.worker(context.env, options, context.output));
}
