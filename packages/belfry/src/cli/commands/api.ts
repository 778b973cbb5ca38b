import { Command } from "commander";
import type { CliContext } from "../context.ts";

const AFTER_HELP = `
Takes reminders and answers; it sends nothing. Any number may run on one database, and so may schedulers
and workers. BELFRY_DATABASE_URL names it; \`belfry start\` is all three in one process.

Examples:
  BELFRY_DATABASE_URL=postgres://belfry:secret@db.example.com/belfry belfry api`;

/** \`belfry api\`: one role of a cluster, until it is told to end. */
export function apiCommand(context: CliContext): Command {
  return new Command("api")
    .description("run the API alone until Ctrl-C; schedulers and workers beside it do the rest")
    .addHelpText("after", AFTER_HELP)
    .action(() => context.roles.api(context.env, context.output));
}
