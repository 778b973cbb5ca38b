import { Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { partitionOption, type Share } from "../partition-option.ts";

const AFTER_HELP = `
For cron, a Kubernetes CronJob or a function: what is due is sent, then the process ends.
Reminders follow changed recipients meanwhile, for half of BELFRY_TICK at most; where more
are left, it says so, and the next pass goes on with them.

Examples:
  belfry tick
  belfry tick --only promote      turn what is due soon into deliveries; send nothing
  belfry tick --only send         send what is due; promote nothing
  belfry tick --partition 2/8     the second of eight shares, on a database that others tick too`;

/** \`belfry tick\`: one pass, and end. */
export function tickCommand(context: CliContext): Command {
  return new Command("tick")
    .description("make one pass of the scheduler and the worker, and end")
    .addOption(partitionOption())
    .addOption(new Option("--only <part>", "one part of the pass alone").choices(["promote", "send"]))
    .addHelpText("after", AFTER_HELP)
    .action((options: { only?: "promote" | "send"; partition?: Share }) =>
      context.roles.tick(context.env, options, context.output),
    );
}
