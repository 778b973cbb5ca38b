import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { addReminderOptions, type ReminderOptions, reminderOf } from "../reminder-options.ts";
import { messageText, nextText, targetText } from "../reminder-text.ts";
import type { Reminder } from "../resources.ts";
import { addRingingOptions, type RingingOptions, ringingOf } from "../ringing-options.ts";
import { addScheduleOptions, type ScheduleOptions, scheduleOf } from "../schedule-options.ts";

const AFTER_HELP = `
A time without offset is read in --zone, else in the server's zone (BELFRY_TIME_ZONE, default UTC).

Examples:
  belfry add "Stretch" --in 10s
  belfry add "Call the bank" --at "2030-12-02 09:00" --zone local
  belfry add "Stand-up" --cron "30 9 * * 1-5" --zone Europe/Paris --webhook https://example.com/hook
  belfry add "Drink water" --every 45m --until "2030-12-02T18:00Z"
  belfry add "Good morning, {{ recipient.firstName }}" --cron "0 9 * * *" --recipient u1
  belfry add "Pay day" --rrule "FREQ=MONTHLY;BYDAY=-1FR" --start "2026-01-30 17:00"
  belfry add "Ada's birthday" --yearly 12-10 --time 09:00
  belfry add "Take the pill" --cron "0 8 * * *" --recipient u1 --repeat 10m --repeat-max 3
  belfry add --title "Backup" --data '{"job":7}' --text "every weekday at 8:30" --endpoint billing`;

type AddOptions = ScheduleOptions &
  ReminderOptions &
  RingingOptions & { idempotencyKey?: string; json?: boolean };

/** \`belfry add\`: one reminder. */
export function addCommand(context: CliContext): Command {
  const command = new Command("add")
    .description("add a reminder")
    .argument("[message]", "what to say; may be left out with --title, --html or --data");
  addRingingOptions(addReminderOptions(addScheduleOptions(command)));
  return command
    .optionsGroup("Options:")
    .option("--idempotency-key <key>", "makes a repeat of this very command harmless")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((message: string | undefined, options: AddOptions) => add(message, options, context));
}

async function add(message: string | undefined, options: AddOptions, context: CliContext): Promise<void> {
  const what = { ...reminderOf(message, options), ...ringingOf(options) };
  const request = { schedule: scheduleOf(options, context.timeZone), ...what };
  const { client } = await context.connect();
  const { idempotencyKey } = options;
  let isRepeat = false;
  const onReplayed = (): void => {
    isRepeat = true;
  };
  const reminder = await client.reminders.create(
    request,
    idempotencyKey === undefined ? {} : { idempotencyKey, onReplayed },
  );
  if (options.json) context.output.printJson(reminder);
  else context.output.print(sentence(reminder, isRepeat, context));
}

/** `Added rem_…: "Stretch" rings in 10 seconds, on Mon 23 Nov 2026 09:30:10 CET, in the inbox.` */
function sentence(reminder: Reminder, isRepeat: boolean, context: CliContext): string {
  const id = context.output.paint("strong", reminder.id);
  const what = `${isRepeat ? `${id} was added already` : `Added ${id}`}: "${messageText(reminder.content)}"`;
  const where = targetText(reminder.to);
  const by = where === "inbox" ? "in the inbox" : `to ${where}`;
  if (reminder.next === null) return `${what}, ${by}, has no further occurrence.`;
  return `${what} rings ${nextText(reminder.next, context)}, ${by}.`;
}
