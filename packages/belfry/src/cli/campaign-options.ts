import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDurationText } from "./duration-text.ts";
import { usageFailure } from "./exit-code.ts";
import { addContentOptions, type ReminderOptions, readNames, reminderOf } from "./reminder-options.ts";
import type { CampaignInput, ScheduleInput } from "./resources.ts";
import { RULES, type ScheduleOptions, scheduleOf } from "./schedule-options.ts";

type Scalar = string | number | boolean;

/** What the options of a campaign hold besides its schedule. */
export interface CampaignOptions
  extends Omit<ReminderOptions, "webhook" | "endpoint" | "recipient" | "address" | "channel" | "channels"> {
  name?: string;
  message?: string;
  tag?: string[];
  attribute?: Record<string, Scalar>;
  channel?: string[];
  endpoint?: string;
  /** The name of a date of each recipient. */
  date?: string;
  spread?: string;
  urgent?: boolean;
  eventsWithin?: string;
}

/** Adds the options that say to whom. */
export function addAudienceOptions(command: Command): Command {
  return command
    .optionsGroup("To whom (default: everybody):")
    .option("--tag <name>", "who has this tag; may be repeated, then they have all", collectTag)
    .option(
      "--attribute <name=value>",
      "who has this attribute, of this very value; may be repeated",
      collectAttribute,
    )
    .option(
      "--channel <names>",
      "which of their channels, in this order, joined by commas; default: those that each has chosen",
      readNames,
    )
    .option("--endpoint <name>", "a named endpoint to which all of it goes, instead of their own addresses")
    .addOption(
      new Option(
        "--mode <mode>",
        "each of these channels, or the next only if one is dead; default: all",
      ).choices(["all", "first"]),
    );
}

/** Adds the options that say what and how. */
export function addWordOptions(command: Command): Command {
  command.optionsGroup("What and how:").option("--message <text>", "what to say; a template of Liquid");
  return addContentOptions(command)
    .option("--spread <duration>", "spreads all that is due at once over so long: 10m", parseDurationText)
    .option("--urgent", "also in quiet hours")
    .option(
      "--events-within <duration>",
      "gives the message each recipient's events that begin within it: 7d",
      parseDurationText,
    );
}

/** Adds the option of a rule that reads a date of each recipient. */
export function addDateOption(command: Command): Command {
  return command
    .optionsGroup("When (one of these):")
    .option("--date <name>", "every year on a date of each recipient, with --time: birthday");
}

/**
 * The campaign that is asked for, in the API's terms.
 *
 * @throws CommandFailure if it says nothing, or not when
 */
export function campaignOf(
  name: string,
  options: CampaignOptions & ScheduleOptions,
  localZone: string,
): CampaignInput {
  const { channel, mode, endpoint, spread, urgent, eventsWithin, message } = options;
  const { to: _, ...words } = reminderOf(requireWords(options) ? message : undefined, wordsOf(options));
  return {
    name,
    ...audienceOf(options),
    schedule: campaignSchedule(options, localZone),
    ...words,
    ...(channel && { channels: channel }),
    ...(mode && { mode }),
    ...(endpoint !== undefined && { endpoint }),
    ...(spread && { spread }),
    ...(urgent && { urgent }),
    ...(eventsWithin && { eventsWithin }),
  };
}

/** What is said of words and policy alone; the rest is a campaign's own. */
export function wordsOf(options: CampaignOptions): ReminderOptions {
  const { name: _n, message: _m, tag: _t, attribute: _a, channel: _c, mode: _o, date: _d, ...rest } = options;
  const { spread: _s, urgent: _u, eventsWithin: _e, endpoint: _p, ...words } = rest;
  return words;
}

function requireWords({ message, title, html, data }: CampaignOptions): true {
  if ([message, title, html, data].some((part) => part !== undefined)) return true;
  throw usageFailure('say what: --message "Hello {{ recipient.firstName }}"');
}

/** The audience as it is given; nothing if it is not. */
export function audienceOf({
  tag,
  attribute,
}: Pick<CampaignOptions, "tag" | "attribute">): Pick<CampaignInput, "audience"> {
  if (tag === undefined && attribute === undefined) return {};
  return { audience: { ...(tag && { tags: tag }), ...(attribute && { attributes: attribute }) } };
}

/** A schedule that may read a date of each recipient. */
export function campaignSchedule(
  { date, ...options }: CampaignOptions & ScheduleOptions,
  localZone: string,
): ScheduleInput {
  if (date === undefined) return scheduleOf(options, localZone);
  const other = RULES.find((rule) => options[rule] !== undefined);
  if (other) throw usageFailure(`--date and --${other} exclude each other; give one of them`);
  if (options.time === undefined) throw usageFailure("--date needs --time");
  const { yearly, ...rest } = scheduleOf({ ...options, yearly: "01-01" }, localZone) as {
    yearly: object;
  };
  return { ...rest, yearly: { ...yearly, on: { recipientDate: date } } } as ScheduleInput;
}

function collectTag(text: string, previous: string[] = []): string[] {
  return [...previous, text];
}

function collectAttribute(text: string, previous: Record<string, Scalar> = {}): Record<string, Scalar> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Allowed: a name, an equals sign and a value: plan=gold.");
  return { ...previous, [text.slice(0, equals)]: scalarOf(text.slice(equals + 1)) };
}

/** Numbers, true and false as such; a text in quotes, or any other, as a text. */
function scalarOf(text: string): Scalar {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  } catch {
    // Then it is a text as it stands.
  }
  return text;
}
