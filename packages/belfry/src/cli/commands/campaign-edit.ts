import { Command } from "commander";
import { ApiError } from "../../client/api-error.ts";
import {
  addAudienceOptions,
  addDateOption,
  addWordOptions,
  audienceOf,
  type CampaignOptions,
  campaignSchedule,
  wordsOf,
} from "../campaign-options.ts";
import { progressText } from "../campaign-text.ts";
import type { CliContext } from "../context.ts";
import { CommandFailure, EXIT_CODES, usageFailure } from "../exit-code.ts";
import { clearOption, type EditOptions, patchOf } from "../reminder-patch.ts";
import type { Campaign, CampaignPatch, Reminder } from "../resources.ts";
import { addScheduleOptions, parseCount } from "../schedule-options.ts";

const AFTER_HELP = `
What is not given stays as it is. --tag and --attribute replace the whole audience; --everybody takes it
away. With a new schedule, what is not yet sent is planned anew in the background; what was sent is never
sent again: a birthday comes once a year, at whatever time.

Somebody else's change in the same moment is never overwritten: then this one is refused.

Examples:
  belfry campaigns edit cmp_01k9yz3t5v8m6n4q2r7s1w0xab --message "Happy birthday, {{ recipient.firstName }}"
  belfry campaigns edit cmp_01k9yz3t5v8m6n4q2r7s1w0xab --time 08:00
  belfry campaigns edit cmp_01k9yz3t5v8m6n4q2r7s1w0xab --tag vip --channel email,webhook --mode first`;

interface Options extends CampaignOptions, Omit<EditOptions, keyof CampaignOptions> {
  everybody?: boolean;
  ifRevision?: number;
  json?: boolean;
}

/** \`belfry campaigns edit\`. */
export function campaignEditCommand(context: CliContext): Command {
  const command = new Command("edit")
    .description("change a campaign; what is not given stays as it is")
    .argument("<id>", "cmp_…")
    .option("--name <name>", "what people call it");
  addScheduleOptions(addDateOption(command));
  addAudienceOptions(command).option("--everybody", "no tags and attributes any more");
  return addWordOptions(command)
    .optionsGroup("Options:")
    .addOption(clearOption())
    .option("--if-revision <number>", "only if it still has this revision", parseCount)
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((id: string, options: Options) => edit(id, options, context));
}

async function edit(id: string, options: Options, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const before = await client.campaigns.get(id);
  const patch = campaignPatchOf(options, before, context.timeZone);
  // What is kept was read before: nobody may have changed it meanwhile.
  const ifMatch = options.ifRevision ?? before.revision;
  const after = await client.campaigns.update(id, patch, { ifMatch }).catch((error: unknown) => {
    throw error instanceof ApiError && error.status === 412 ? changedMeanwhile(id, options) : error;
  });
  const { output } = context;
  if (options.json) return output.printJson(after);
  if (after.revision === before.revision) return output.print(`${output.paint("strong", id)} is as it was.`);
  output.print(`Changed ${output.paint("strong", id)}, which has revision ${after.revision} now.`);
  output.print(`Its reminders: ${progressText(after)}.`);
}

function campaignPatchOf(options: Options, before: Campaign, localZone: string): CampaignPatch {
  const { name, everybody, channel, mode, endpoint, spread, urgent, eventsWithin, message, date } = options;
  if (everybody && (options.tag ?? options.attribute) !== undefined)
    throw usageFailure("--everybody excludes --tag and --attribute");
  const patch = {
    ...(name !== undefined && { name }),
    ...(everybody ? { audience: null } : audienceOf(options)),
    ...(channel && { channels: channel }),
    ...(mode && { mode }),
    ...(endpoint !== undefined && { endpoint }),
    ...(spread && { spread }),
    ...(urgent && { urgent }),
    ...(eventsWithin && { eventsWithin }),
    ...(date !== undefined && { schedule: campaignSchedule(options, localZone) }),
    ...othersOf(options, before, { message, localZone }),
  };
  if (Object.keys(patch).length === 0)
    throw usageFailure("say what to change, such as --message, --time or --tag");
  return patch;
}

/** What a campaign has in common with a reminder is changed as that is. */
function othersOf(
  options: Options,
  before: Campaign,
  { message, localZone }: { message: string | undefined; localZone: string },
): CampaignPatch {
  const { everybody: _e, ifRevision: _i, json: _j, ...rest } = options;
  const others = wordsOf(rest) as EditOptions;
  const ofDate = options.date === undefined ? [] : ["time", "leapDay", "zone", "until", "count"];
  const given = Object.entries(others).filter(
    ([field, value]) => value !== undefined && !ofDate.includes(field),
  );
  if (given.length === 0 && message === undefined) return {};
  // What is not said of a target stays unsaid.
  const reminder = { ...before, to: { channel: "inbox" } } as unknown as Reminder;
  const { to: _to, ...patch } = patchOf(Object.fromEntries(given), { message, reminder, localZone });
  return patch;
}

function changedMeanwhile(id: string, { ifRevision }: Options): CommandFailure {
  const what =
    ifRevision === undefined ? "somebody has just changed it" : `its revision is not ${ifRevision}`;
  return new CommandFailure(EXIT_CODES.failed, `${what}; \`belfry campaigns show ${id}\` shows it as it is`);
}
