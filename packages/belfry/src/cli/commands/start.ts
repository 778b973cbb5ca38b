import { Command } from "commander";
import type { CliContext } from "../context.ts";

const AFTER_HELP = `
Settings come from the environment; \`belfry config\` shows them. The first start makes the data folder,
an API key (printed once, kept in <data>/admin.key) and a webhook secret.

Examples:
  belfry start
  BELFRY_PORT=9000 BELFRY_DATA=/var/lib/belfry belfry start
  BELFRY_WEBHOOK_ALLOW=127.0.0.1 belfry start      webhooks may reach this machine`;

/** \`belfry start\`: everything in one process, until it is told to end. */
export function startCommand(context: CliContext): Command {
  return new Command("start")
    .description("run the API, the scheduler and the worker until Ctrl-C")
    .addHelpText("after", AFTER_HELP)
    .action(() => context.roles.start(context.env, context.output));
}
