import type { CliContext } from "./context.ts";
import { durationText } from "./duration-text.ts";
import type { Tone } from "./output.ts";
import type { Reminder, Target } from "./resources.ts";
import { oneLine, truncate } from "./table.ts";
import { distance, longTime, shortTime } from "./time-text.ts";

/** Longer than any title with its text; HTML and data may be longer still. */
const LONGEST_VALUE = 5000;

/** What a reminder says, on one line. */
export function messageText(content: Reminder["content"]): string {
  const { title, text, html, data } = content;
  const words = [title, text].filter((part) => part !== undefined).join(": ");
  return oneLine(words || html || JSON.stringify(data) || "");
}

/** Where a reminder goes: `inbox`, `webhook https://…`, `endpoint billing`, `recipient rcp_…`. */
export function targetText(target: Target): string {
  if ("recipient" in target && "endpoint" in target)
    return `endpoint ${target.endpoint} for ${target.recipient}`;
  if ("endpoint" in target) return `endpoint ${target.endpoint}`;
  if ("recipient" in target) return ["recipient", target.recipient, ...(target.channels ?? [])].join(" ");
  return target.address === undefined ? target.channel : `${target.channel} ${target.address}`;
}

/** The colour of a reminder's or a delivery's state. */
export function stateTone(state: string): Tone {
  if (state === "active" || state === "delivered") return "good";
  if (state === "dead" || state === "expired") return "bad";
  return state === "cancelled" || state === "finished" ? "faint" : "waiting";
}

/** `in 10 seconds, on Mon 23 Nov 2026 09:30:10 CET`, and what the rule's own clocks show if they differ. */
export function nextText(next: NonNullable<Reminder["next"]>, context: CliContext): string {
  const { due, nominal, resolution } = next;
  const zone = resolution.timeZone;
  const isOurs = zone === null || shortTime(due, zone) === shortTime(due, context.timeZone);
  const there = isOurs ? "" : ` (${nominal} in ${zone})`;
  return `${distance(due, context.now())}, on ${longTime(due, context.timeZone)}${there}`;
}

/** A reminder for people: a line for each thing that is known of it. */
export function renderReminder(reminder: Reminder, context: CliContext): string[] {
  const { output, timeZone } = context;
  const [message = ["message", ""], ...others] = reminderFields(reminder, context);
  return renderFields(
    [
      ["reminder", output.paint("strong", reminder.id)],
      message,
      ["state", output.paint(stateTone(reminder.state), reminder.state)],
      ...others,
      ["added", longTime(reminder.createdAt, timeZone)],
    ],
    context,
  );
}

/** What its sender said, and what comes of it; the message first. */
export function reminderFields(
  reminder: Reminder,
  context: CliContext,
): (readonly [name: string, value: string])[] {
  const { maxAttempts, initial, max, jitter } = reminder.retry;
  const steady = jitter === "none" ? ", without jitter" : "";
  const retry = `${maxAttempts} attempts, ${durationText(initial)} to ${durationText(max)} apart${steady}`;
  const hasMetadata = Object.keys(reminder.metadata).length > 0;
  return [
    ["message", messageText(reminder.content)],
    ...furtherContent(reminder.content),
    ["next", reminder.next ? nextText(reminder.next, context) : "none"],
    ["schedule", JSON.stringify(reminder.schedule)],
    ["time zone", zoneText(reminder)],
    ["to", targetText(reminder.to)],
    ["if late", `catch up ${reminder.catchUp}; useful for ${durationText(reminder.usefulFor)}`],
    ["if it fails", `${retry}; in doubt ${reminder.inDoubt}`],
    ["metadata", hasMetadata ? JSON.stringify(reminder.metadata) : ""],
  ];
}

/** What a content holds besides the words that stand for it. */
function furtherContent({ title, text, html, data }: Reminder["content"]): (readonly [string, string])[] {
  const hasWords = title !== undefined || text !== undefined;
  return [
    ["html", hasWords && html !== undefined ? oneLine(html) : ""],
    ["data", data !== undefined && (hasWords || html !== undefined) ? JSON.stringify(data) : ""],
  ];
}

/** The zone that the rule is read in, and whether it names it; empty for exact time. */
function zoneText({ timeZone, schedule }: Reminder): string {
  if (timeZone === null) return "";
  return "timeZone" in schedule && schedule.timeZone !== undefined
    ? timeZone
    : `${timeZone} (floating: the rule names none)`;
}

/** Names and values in two columns; what has no value is left out, and of what is very long the end. */
export function renderFields(
  fields: readonly (readonly [string, string])[],
  { output }: CliContext,
): string[] {
  const shown = fields.filter(([, value]) => value !== "");
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(
    ([name, value]) => `${output.paint("faint", name.padEnd(width))}  ${truncate(value, LONGEST_VALUE)}`,
  );
}
