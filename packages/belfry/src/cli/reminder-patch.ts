import { InvalidArgumentError, Option } from "commander";
import { usageFailure } from "./exit-code.ts";
import { type ReminderOptions, retryOf, TARGET_PARTS, TARGETS, targetOf } from "./reminder-options.ts";
import type { Reminder, ReminderPatch } from "./resources.ts";
import { CLEARABLE_OF_SCHEDULE, changedSchedule } from "./schedule-change.ts";
import type { ScheduleOptions } from "./schedule-options.ts";

const PARTS = ["title", "text", "html", "data"] as const;
const CLEARABLE = [
  ...PARTS,
  ...CLEARABLE_OF_SCHEDULE,
  "catch-up",
  "useful-for",
  "retry",
  "in-doubt",
  "metadata",
] as const;
type Clearable = (typeof CLEARABLE)[number];

/** What the options of an edit hold. */
export type EditOptions = ScheduleOptions & ReminderOptions & { clear?: ReadonlySet<Clearable> };

/** What an edit is made of besides its options. */
export interface EditContext {
  /** What to say instead, if it is given. */
  message: string | undefined;
  /** As it is now. */
  reminder: Reminder;
  /** Stands for `--zone local`. */
  localZone: string;
}

/** `--clear`. */
export function clearOption(): Option {
  return new Option(
    "--clear <names>",
    `what to take away, so that its default holds, joined by commas: ${CLEARABLE.join(", ")}`,
  ).argParser((text) => {
    const names = text.split(",").map((name) => name.trim());
    if (names.every((name): name is Clearable => CLEARABLE.some((one) => one === name)))
      return new Set(names);
    throw new InvalidArgumentError(`Allowed: ${CLEARABLE.join(", ")}, joined by commas.`);
  });
}

/**
 * What is given in the API's terms, which replaces fields whole: parts that are not given are taken from
 * the reminder as it is.
 *
 * @throws CommandFailure if nothing is given, or what does not go together
 */
export function patchOf(options: EditOptions, { message, reminder, localZone }: EditContext): ReminderPatch {
  const cleared: ReadonlySet<string> = options.clear ?? new Set();
  refuseGivenAndCleared({ ...options, text: message }, cleared);
  const patch = {
    schedule: changedSchedule(reminder.schedule, { options, cleared, localZone }),
    to: changedTarget(options, reminder),
    content: changedContent(partsOf(message, options), cleared, reminder),
    catchUp: cleared.has("catch-up") ? null : options.catchUp,
    usefulFor: cleared.has("useful-for") ? null : options.usefulFor,
    retry: changedRetry(options, cleared, reminder),
    inDoubt: cleared.has("in-doubt") ? null : options.inDoubt,
    metadata: changedMetadata(options, cleared, reminder),
  };
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  if (given.length === 0) throw usageFailure("say what to change, such as --cron, --title or a message");
  return Object.fromEntries(given);
}

function refuseGivenAndCleared(options: object, cleared: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(options)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const isWhole = flag === "metadata";
    if (value !== undefined && cleared.has(flag) && !isWhole)
      throw usageFailure(`${flag} is both given and cleared; give one of the two`);
  }
}

function changedTarget(options: ReminderOptions, { to }: Reminder): ReminderPatch["to"] {
  const { address, channel } = options;
  if ([...TARGETS, ...TARGET_PARTS].every((name) => options[name] === undefined)) return undefined;
  const isNewAddress = address !== undefined && channel === undefined && "channel" in to;
  return targetOf(isNewAddress ? { ...options, channel: to.channel } : options);
}

type Parts = Partial<Record<(typeof PARTS)[number], unknown>>;

function partsOf(text: string | undefined, { title, html, data }: ReminderOptions): Parts {
  return { title, text, html, data: data?.value };
}

function changedContent(
  options: Parts,
  cleared: ReadonlySet<string>,
  { content }: Reminder,
): ReminderPatch["content"] {
  const given = PARTS.filter((name) => options[name] !== undefined);
  if (given.length === 0 && !PARTS.some((name) => cleared.has(name))) return undefined;
  const kept = Object.entries(content).filter(([name]) => !cleared.has(name));
  const changed = {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(given.map((name) => [name, options[name]])),
  };
  if (Object.keys(changed).length > 0) return changed;
  throw usageFailure("nothing would be left to say; give a message, --title, --html or --data");
}

function changedRetry(
  options: ReminderOptions,
  cleared: ReadonlySet<string>,
  { retry }: Reminder,
): ReminderPatch["retry"] {
  const given = retryOf(options);
  if (Object.keys(given).length === 0) return cleared.has("retry") ? null : undefined;
  return cleared.has("retry") ? given : { ...retry, ...given };
}

function changedMetadata(
  { metadata: given }: ReminderOptions,
  cleared: ReadonlySet<string>,
  { metadata }: Reminder,
): ReminderPatch["metadata"] {
  if (given === undefined) return cleared.has("metadata") ? null : undefined;
  return cleared.has("metadata") ? given : { ...metadata, ...given };
}
