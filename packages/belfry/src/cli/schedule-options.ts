import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDurationText, parseIntervalText } from "./duration-text.ts";
import { usageFailure } from "./exit-code.ts";
import type { ScheduleInput } from "./resources.ts";

/** What the options of a schedule hold once they are read; exactly one of the rules is to be given. */
export interface ScheduleOptions {
  in?: string;
  at?: string;
  every?: string;
  cron?: string;
  rrule?: string;
  yearly?: string;
  text?: string;
  start?: string;
  time?: string;
  leapDay?: string;
  zone?: string;
  until?: string;
  count?: number;
}

export const RULES = ["in", "at", "every", "cron", "rrule", "yearly", "text"] as const;

const RECURRING = ["every", "cron", "rrule", "yearly", "text"] as const;

/** Which rules an option belongs to; the server would refuse it with others, in the terms of the API. */
const COMPANIONS = {
  start: ["every", "rrule"],
  time: ["yearly"],
  leapDay: ["yearly"],
  until: RECURRING,
  count: RECURRING,
} as const;

const LIST = "--in, --at, --every, --cron, --rrule, --yearly or --text";

/** Adds the options that say when. */
export function addScheduleOptions(command: Command): Command {
  return command
    .optionsGroup("When (one of these):")
    .option("--in <duration>", "once, so long from now: 10s, 5m, 1h30m, 2d, 1w", parseDurationText)
    .option(
      "--at <time>",
      'once, a date with a time: "2030-12-02 09:00", or with an offset 2030-12-02T09:00+01:00',
      parseTime,
    )
    .option("--every <duration>", "again and again, in hours or shorter: 15m, 1h30m", parseIntervalText)
    .option("--cron <fields>", 'five fields: "30 9 * * 1-5"')
    .option("--rrule <rule>", "RFC 5545, with --start: FREQ=MONTHLY;BYDAY=-1FR")
    .option("--yearly <date>", "month and day, or a date of the recipient, with --time: 03-15, birthday")
    .option("--text <words>", 'in words: "tomorrow at 9am", "every weekday at 8:30"')
    .optionsGroup("About when:")
    .option("--start <time>", "where --rrule begins; what --every is anchored at, with an offset", parseTime)
    .option("--time <time>", "the time of day of --yearly: 9:00", parseTimeOfDay)
    .addOption(
      new Option("--leap-day <day>", "where --yearly 02-29 goes in a common year; default: feb-28").choices([
        "feb-28",
        "mar-1",
      ]),
    )
    .option(
      "--zone <zone>",
      "the rule's zone: Europe/Paris, or local for this machine's; default: the rule floats, in the server's; " +
        "--in and --every take none",
    )
    .option("--until <time>", "the last moment, inclusive; for --every with an offset", parseTime)
    .option("--count <number>", "how many times", parseCount);
}

/**
 * The schedule in the API's terms.
 *
 * @param localZone stands for `--zone local`
 * @throws CommandFailure unless there is exactly one rule, with its own companions
 */
export function scheduleOf(options: ScheduleOptions, localZone: string): ScheduleInput {
  const [rule, second] = RULES.filter((name) => options[name] !== undefined);
  if (rule === undefined) throw usageFailure(`say when: give one of ${LIST}`);
  if (second !== undefined)
    throw usageFailure(`--${rule} and --${second} exclude each other; give one of ${LIST}`);
  checkCompanions(options, rule);
  if (options.zone !== undefined && (rule === "in" || rule === "every"))
    throw usageFailure(`--${rule} takes no --zone: it is exact time, alike in every zone`);
  const rest = {
    timeZone: options.zone === "local" ? localZone : options.zone,
    until: options.until,
    count: options.count,
  };
  const given = Object.entries({ ...ruleOf(options, rule), ...rest }).filter(
    ([, value]) => value !== undefined,
  );
  // Which fields go together is the server's to judge: its message names the one that is wrong.
  return Object.fromEntries(given) as ScheduleInput;
}

function ruleOf(options: ScheduleOptions, rule: (typeof RULES)[number]): Record<string, unknown> {
  if (rule === "yearly") {
    const leapDay = options.leapDay === undefined ? {} : { leapDay: options.leapDay };
    return { yearly: { on: yearlyDate(options.yearly ?? ""), time: options.time, ...leapDay } };
  }
  return { [rule]: options[rule], start: options.start };
}

/** `03-15`, or the name of one of the recipient's dates. */
function yearlyDate(text: string): string | { recipientDate: string } {
  return /^[a-z]/i.test(text) ? { recipientDate: text } : text;
}

function checkCompanions(options: ScheduleOptions, rule: string): void {
  for (const [name, rules] of Object.entries(COMPANIONS)) {
    const isGiven = options[name as keyof typeof COMPANIONS] !== undefined;
    const flag = name === "leapDay" ? "leap-day" : name;
    if (isGiven && !rules.some((one) => one === rule)) {
      throw usageFailure(
        `--${flag} goes with ${rules.map((one) => `--${one}`).join(" or ")}, not with --${rule}`,
      );
    }
  }
  if (rule === "rrule" && options.start === undefined) throw usageFailure("--rrule needs --start");
  if (rule === "yearly" && options.time === undefined) throw usageFailure("--yearly needs --time");
}

/** People put a space where ISO 8601 wants a T, and no zero before the hour. */
export function parseTime(text: string): string {
  return text
    .trim()
    .replace(/^(\d{4}-\d{2}-\d{2}) +(?=\d)/, "$1T")
    .replace(/T(?=\d:)/, "T0");
}

/** `9:00` for `09:00`. */
export function parseTimeOfDay(text: string): string {
  return text.trim().replace(/^(?=\d:)/, "0");
}

/** A whole number from 1 on. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Allowed: a whole number from 1.");
  return Number(text);
}
