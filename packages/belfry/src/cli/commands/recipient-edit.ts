import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { addRecipientOptions } from "../recipient-options.ts";
import { clearOption, type RecipientEditOptions, recipientPatchOf } from "../recipient-patch.ts";
import { renderRecipient } from "../recipient-text.ts";
import { parseCount } from "../schedule-options.ts";

const AFTER_HELP = `
What is not given stays as it is; tags and channels are replaced all at once. What waits for them is
planned anew with their new zone, dates and addresses.

Examples:
  belfry recipients edit u1 --zone America/New_York
  belfry recipients edit u1 --email ada@example.org --clear addresses.sms,dates.hired
  belfry recipients edit u1 --tag vip,early --if-revision 3`;

type EditOptions = RecipientEditOptions & { ifRevision?: number; json?: boolean };

/** \`belfry recipients edit\`. */
export function recipientEditCommand(context: CliContext): Command {
  const command = new Command("edit")
    .description("change a recipient")
    .argument("<id>", "the id of the recipient, or your own");
  return addRecipientOptions(command)
    .optionsGroup("Options:")
    .addOption(clearOption())
    .option("--if-revision <number>", "only if it still has this revision", parseCount)
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((id: string, options: EditOptions) => edit(id, options, context));
}

async function edit(id: string, options: EditOptions, context: CliContext): Promise<void> {
  const patch = recipientPatchOf(options, context.timeZone);
  const { client } = await context.connect();
  const { ifRevision } = options;
  const edited = await client.recipients.update(
    id,
    patch,
    ifRevision === undefined ? {} : { ifMatch: ifRevision },
  );
  if (options.json) return context.output.printJson(edited);
  for (const line of renderRecipient(edited, context)) context.output.print(line);
}
