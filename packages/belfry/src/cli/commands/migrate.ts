import { Command } from "commander";
import type { CliContext } from "../context.ts";

const AFTER_HELP = `
Every start does this too, where its user may. It is for those whose user may not: run it as the owner of
the schema before a new version starts. Programs of the version before go on beside it.

Examples:
  BELFRY_DATABASE_URL=postgres://belfry_owner:secret@db.example.com/belfry belfry migrate`;

/** \`belfry migrate\`: the schema alone, and end. */
export function migrateCommand(context: CliContext): Command {
  return new Command("migrate")
    .description("bring the schema of the database up to date, and end")
    .addHelpText("after", AFTER_HELP)
    .action(() => context.roles.migrate(context.env, context.output));
}
