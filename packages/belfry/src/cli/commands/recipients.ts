import { Command } from "commander";
import { familyCommand } from "../command-family.ts";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";
import { renderRecipient } from "../recipient-text.ts";
import { recipientAddCommand } from "./recipient-add.ts";
import { recipientEditCommand } from "./recipient-edit.ts";
import { recipientExportCommand } from "./recipient-export.ts";
import { recipientImportCommand } from "./recipient-import.ts";
import { recipientListCommand } from "./recipient-list.ts";

const AFTER_HELP = `
A recipient is a person who is reminded: their name, addresses, zone, dates and tags. Commands name them
by their id or by your own, the external id.

Examples:
  belfry recipients
  belfry recipients add --external-id u1 --first-name Ada --email ada@example.com --zone Europe/London
  belfry recipients import people.csv
  belfry add "Stand-up" --cron "30 9 * * 1-5" --recipient u1
  belfry recipients delete u1`;

const SHOW_HELP = `
Examples:
  belfry recipients show u1
  belfry recipients show rcp_01k9yz3t5v8m6n4q2r7s1w0xab --json`;

const DELETE_HELP = `
What waits for them is cancelled, and the history forgets who they were: only ids, times and outcomes
stay. Each id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry recipients delete u1 u2`;

/** \`belfry recipients\`: who is reminded. */
export function recipientsCommand(context: CliContext): Command {
  return familyCommand({
    name: "recipients",
    description: "list, add, show, edit, delete, import or export who is reminded",
    afterHelp: AFTER_HELP,
    members: [
      recipientListCommand(context),
      recipientAddCommand(context),
      showCommand(context),
      recipientEditCommand(context),
      deleteCommand(context),
      recipientImportCommand(context),
      recipientExportCommand(context),
    ],
  });
}

function showCommand(context: CliContext): Command {
  return new Command("show")
    .description("show a recipient")
    .argument("<id>", "the id of the recipient, or your own")
    .option("--json", "print the answer of the API")
    .addHelpText("after", SHOW_HELP)
    .action(async (id: string, { json }: { json?: boolean }) => {
      const { client } = await context.connect();
      const recipient = await client.recipients.get(id);
      if (json) return context.output.printJson(recipient);
      for (const line of renderRecipient(recipient, context)) context.output.print(line);
    });
}

function deleteCommand(context: CliContext): Command {
  return forEachIdCommand(
    {
      name: "delete",
      description: "delete recipients and what waits for them",
      ids: "the ids of recipients, or your own",
      afterHelp: DELETE_HELP,
      action: "delete the recipient",
      resource: "recipient",
      run: async (client, id) => {
        await client.recipients.delete(id);
        return { id };
      },
      say: ({ id }) => `Deleted ${id}.`,
    },
    context,
  );
}
