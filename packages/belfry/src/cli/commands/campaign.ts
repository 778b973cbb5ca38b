import { Command, Option } from "commander";
import {
  addAudienceOptions,
  addDateOption,
  addWordOptions,
  type CampaignOptions,
  campaignOf,
} from "../campaign-options.ts";
import { renderPreview } from "../campaign-text.ts";
import { familyCommand } from "../command-family.ts";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";
import type { CampaignInput } from "../resources.ts";
import { addScheduleOptions, parseTimeOfDay, type ScheduleOptions } from "../schedule-options.ts";

const AFTER_HELP = `
A campaign is one schedule and one message for all recipients that it means: each has a reminder of their
own, in their own zone, as they come, change and go. \`belfry campaigns\` lists them.

Examples:
  belfry campaign birthday --message "Hey, {{ recipient.fullName }} it's your birthday"
  belfry campaign add Stand-up --cron "30 9 * * 1-5" --tag team --message "Stand-up"`;

const ADD_HELP = `
A rule that names no --zone is read in each recipient's own.

Examples:
  belfry campaign add Stand-up --cron "30 9 * * 1-5" --tag team --message "Stand-up, {{ recipient.firstName }}"
  belfry campaign add Anniversaries --date hired --time 10:00 --message "{{ age }} years with us!"
  belfry campaign add Closing --at "2030-12-24 12:00" --message "We are closed from now on" --channel email
  belfry campaign add Gold --text "every monday at 9:00" --attribute plan=gold --message "Hello" --dry-run`;

const BIRTHDAY_HELP = `
Recipients without the date get nothing until they have it. Who moves to another zone gets one message a
year, and never none.

Examples:
  belfry campaign birthday --message "Hey, {{ recipient.fullName }} it's your birthday"
  belfry campaign birthday --message "{{ age }}! Congratulations" --time 08:00 --channel webhook
  belfry campaign birthday --message "Happy birthday" --tag customers --leap-day mar-1 --dry-run`;

interface StartOptions extends CampaignOptions, ScheduleOptions {
  dryRun?: boolean;
  idempotencyKey?: string;
  json?: boolean;
}

/** \`belfry campaign\`: starts one. */
export function campaignCommand(context: CliContext): Command {
  return familyCommand({
    name: "campaign",
    description: "start a campaign: one message for all recipients that it means",
    afterHelp: AFTER_HELP,
    members: [birthdayCommand(context), addCommand(context)],
  });
}

function addCommand(context: CliContext): Command {
  const command = new Command("add")
    .description("start a campaign")
    .argument("[name]", "what people call it: Stand-up");
  addScheduleOptions(addDateOption(command));
  addWordOptions(addAudienceOptions(command));
  return startOptions(command)
    .addHelpText("after", ADD_HELP)
    .action((name: string | undefined, options: StartOptions) => {
      if (name === undefined || name.trim() === "")
        throw usageFailure("name it: belfry campaign add Stand-up …");
      return start(campaignOf(name, options, context.timeZone), options, context);
    });
}

function birthdayCommand(context: CliContext): Command {
  const command = new Command("birthday")
    .description("send everybody a message on their birthday, at 09:00 where they are")
    .optionsGroup("When:")
    .option("--time <time>", "the time of day: 9:00", parseTimeOfDay, "09:00")
    .option("--date <name>", "which of their dates", "birthday")
    .addOption(
      new Option("--leap-day <day>", "where 29 February goes in a common year; default: feb-28").choices([
        "feb-28",
        "mar-1",
      ]),
    )
    .option("--zone <zone>", "the zone of all of them; default: each in their own")
    .option("--name <name>", "what people call it", "Birthdays");
  addWordOptions(addAudienceOptions(command));
  return startOptions(command)
    .addHelpText("after", BIRTHDAY_HELP)
    .action((options: StartOptions) =>
      start(campaignOf(options.name ?? "Birthdays", options, context.timeZone), options, context),
    );
}

function startOptions(command: Command): Command {
  return command
    .optionsGroup("Options:")
    .option("--dry-run", "only show what it would do")
    .option("--idempotency-key <key>", "makes a repeat of this very command harmless")
    .option("--json", "print the answer of the API");
}

async function start(campaign: CampaignInput, options: StartOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const { output } = context;
  const { dryRun, idempotencyKey, json } = options;
  if (dryRun) {
    const preview = await client.campaigns.preview(campaign);
    if (json) return output.printJson(preview);
    output.print("Nothing is started. It would be:");
    for (const line of renderPreview(preview, context)) output.print(line);
    return;
  }
  const made = await client.campaigns.create(
    campaign,
    idempotencyKey === undefined ? {} : { idempotencyKey },
  );
  if (json) return output.printJson(made);
  output.print(`Started ${output.paint("strong", made.id)}, ${made.name}:`);
  for (const line of renderPreview(await client.campaigns.previewOf(made.id, 5), context)) output.print(line);
}
