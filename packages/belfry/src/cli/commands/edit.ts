import { Command } from "commander";
import { ApiError } from "../../client/api-error.ts";
import { renderChange } from "../change-text.ts";
import type { CliContext } from "../context.ts";
import { CommandFailure, EXIT_CODES } from "../exit-code.ts";
import { addReminderOptions } from "../reminder-options.ts";
import { clearOption, type EditOptions, patchOf } from "../reminder-patch.ts";
import { addScheduleOptions, parseCount } from "../schedule-options.ts";

const AFTER_HELP = `
What is not given stays as it is; the defaults above are what --clear brings back. A rule of another kind (--cron for what was --at) replaces the whole
schedule, zone and end with it; one of the same kind keeps them. With a new schedule, --in, --every and
--count count from now. What was sent is never sent again. Title, message, HTML, data and each name of
the metadata change by themselves.

Somebody else's change in the same moment is never overwritten: then this one is refused.

Examples:
  belfry edit rem_01k9yz3t5v8m6n4q2r7s1w0xab --cron "0 10 * * 1-5"
  belfry edit rem_01k9yz3t5v8m6n4q2r7s1w0xab "Stand-up, all of us" --title Team
  belfry edit rem_01k9yz3t5v8m6n4q2r7s1w0xab --endpoint billing --clear title,until
  belfry edit rem_01k9yz3t5v8m6n4q2r7s1w0xab --zone Europe/Paris --if-revision 3`;

type Options = EditOptions & { ifRevision?: number; json?: boolean };

/** \`belfry edit\`: changes one reminder. */
export function editCommand(context: CliContext): Command {
  const command = new Command("edit")
    .description("change a reminder; what is not given stays as it is")
    .argument("<id>", "rem_…")
    .argument("[message]", "what to say instead");
  addReminderOptions(addScheduleOptions(command), "Where to:");
  return command
    .optionsGroup("Options:")
    .addOption(clearOption())
    .option("--if-revision <number>", "only if it still has this revision", parseCount)
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((id: string, message: string | undefined, options: Options) =>
      edit({ id, message, options }, context),
    );
}

interface Edit {
  id: string;
  message: string | undefined;
  options: Options;
}

async function edit({ id, message, options }: Edit, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const before = await client.reminders.get(id);
  const patch = patchOf(options, { message, reminder: before, localZone: context.timeZone });
  // What is kept was read before: nobody may have changed it meanwhile.
  const ifMatch = options.ifRevision ?? before.revision;
  const after = await client.reminders.update(id, patch, { ifMatch }).catch((error: unknown) => {
    throw error instanceof ApiError && error.status === 412 ? changedMeanwhile(id, options) : error;
  });
  const { output } = context;
  if (options.json) return output.printJson(after);
  for (const line of renderChange(before, after, context)) output.print(line);
}

function changedMeanwhile(id: string, { ifRevision }: Options): CommandFailure {
  const what =
    ifRevision === undefined ? "somebody has just changed it" : `its revision is not ${ifRevision}`;
  return new CommandFailure(EXIT_CODES.failed, `${what}; \`belfry show ${id}\` shows it as it is`);
}
