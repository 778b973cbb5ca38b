import { invalid, type ScheduleError } from "./schedule-error.ts";
import { parseCompactUntil, type Until } from "./until.ts";

export const FREQUENCIES = [
  "YEARLY",
  "MONTHLY",
  "WEEKLY",
  "DAILY",
  "HOURLY",
  "MINUTELY",
  "SECONDLY",
] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** `-1FR`: the last Friday of the month or year. Ordinal 0 means every such day. */
export interface OrdinalWeekday {
  /** 0 (Monday) to 6 (Sunday). */
  weekday: number;
  ordinal: number;
}

/** A recurrence rule as written: RFC 5545 §3.3.10. A list that was not given is empty. */
export interface RecurrenceRule {
  frequency: Frequency;
  interval: number;
  count?: number;
  until?: Until;
  /** First day of the week, 0 (Monday) to 6. */
  weekStart: number;
  byMonth: number[];
  byWeekNo: number[];
  byYearDay: number[];
  byMonthDay: number[];
  byDay: OrdinalWeekday[];
  byHour: number[];
  byMinute: number[];
  bySecond: number[];
  bySetPos: number[];
}

export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
export const MAX_COUNT = 100_000;
/** The longest interval of each frequency: 100 years, as searches end there. */
const MAX_INTERVALS: Record<Frequency, number> = {
  YEARLY: 100,
  MONTHLY: 1200,
  WEEKLY: 5218,
  DAILY: 36_525,
  HOURLY: 876_600,
  MINUTELY: 52_596_000,
  SECONDLY: 3_155_760_000,
};
const NUMBER_LISTS = {
  BYMONTH: { key: "byMonth", low: 1, high: 12, signed: false },
  BYWEEKNO: { key: "byWeekNo", low: 1, high: 53, signed: true },
  BYYEARDAY: { key: "byYearDay", low: 1, high: 366, signed: true },
  BYMONTHDAY: { key: "byMonthDay", low: 1, high: 31, signed: true },
  BYHOUR: { key: "byHour", low: 0, high: 23, signed: false },
  BYMINUTE: { key: "byMinute", low: 0, high: 59, signed: false },
  BYSECOND: { key: "bySecond", low: 0, high: 60, signed: false },
  BYSETPOS: { key: "bySetPos", low: 1, high: 366, signed: true },
} as const;
const ELSEWHERE: Record<string, string> = {
  DTSTART: 'give it as the field "start"',
  EXDATE: 'give it as the field "exdates"',
  RDATE: 'give it as the field "rdates"',
  TZID: 'give it as the field "timeZone"',
};

/** Why a part of a rule cannot be read. */
class RuleProblem extends Error {}

function readInteger(text: string, name: string, low: number, high: number): number {
  const value = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= low && value <= high)) throw new RuleProblem(`${name} "${text}" is not ${low} to ${high}`);
  return value;
}

function readNumbers(text: string, name: keyof typeof NUMBER_LISTS): number[] {
  const { low, high, signed } = NUMBER_LISTS[name];
  const values = text.split(",").map((item) => {
    if (!signed) return readInteger(item, name, low, high);
    const value = readInteger(item, name, -high, high);
    if (value === 0) throw new RuleProblem(`${name} "0" is neither from the start nor from the end`);
    return value;
  });
  return [...new Set(values)];
}

function readWeekday(text: string, name: string): number {
  const weekday = WEEKDAYS.indexOf(text);
  if (weekday < 0)
    throw new RuleProblem(`${name} "${text}" is not a weekday; it takes ${WEEKDAYS.join(", ")}`);
  return weekday;
}

function readOrdinalWeekday(text: string): OrdinalWeekday {
  const match = /^([+-]?\d{1,2})?([A-Z]{2})$/.exec(text);
  if (!match) throw new RuleProblem(`BYDAY "${text}" is not a weekday such as MO or -1FR`);
  const weekday = readWeekday(match[2] ?? "", "BYDAY");
  if (match[1] === undefined) return { weekday, ordinal: 0 };
  const ordinal = readInteger(match[1], "BYDAY", -53, 53);
  if (ordinal === 0) throw new RuleProblem(`BYDAY "${text}" has ordinal 0; it takes -53 to -1 or 1 to 53`);
  return { weekday, ordinal };
}

function readFrequency(text: string): Frequency {
  const frequency = FREQUENCIES.find((name) => name === text);
  if (!frequency) throw new RuleProblem(`FREQ "${text}" is not one of ${FREQUENCIES.join(", ")}`);
  return frequency;
}

function readUntil(text: string): Until {
  const until = parseCompactUntil(text);
  if (!until)
    throw new RuleProblem(
      `UNTIL "${text}" is not a date, a date-time or a UTC date-time such as 20261231T230000Z`,
    );
  return until;
}

/** Splits `FREQ=DAILY;COUNT=3` into its parts, upper case, each name once. */
function splitParts(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  const bare = text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .replace(/;$/, "");
  const foreign = /(DTSTART|EXDATE|RDATE)/.exec(bare)?.[1];
  if (foreign) throw new RuleProblem(`${foreign} does not belong in the rule; ${ELSEWHERE[foreign]}`);
  for (const part of bare.split(";")) {
    const [name = "", value = "", ...more] = part.split("=").map((side) => side.trim());
    if (value === "" || more.length > 0) throw new RuleProblem(`"${part}" is not NAME=VALUE`);
    if (ELSEWHERE[name]) throw new RuleProblem(`${name} does not belong in the rule; ${ELSEWHERE[name]}`);
    if (parts.has(name)) throw new RuleProblem(`${name} is given twice`);
    parts.set(name, value);
  }
  return parts;
}

function readPart(rule: RecurrenceRule, name: string, value: string): void {
  if (name === "FREQ") return;
  if (name === "INTERVAL") rule.interval = readInteger(value, name, 1, MAX_INTERVALS[rule.frequency]);
  else if (name === "COUNT") rule.count = readInteger(value, name, 1, MAX_COUNT);
  else if (name === "UNTIL") rule.until = readUntil(value);
  else if (name === "WKST") rule.weekStart = readWeekday(value, name);
  else if (name === "BYDAY") rule.byDay = value.split(",").map(readOrdinalWeekday);
  else if (Object.hasOwn(NUMBER_LISTS, name)) {
    const list = name as keyof typeof NUMBER_LISTS;
    rule[NUMBER_LISTS[list].key] = readNumbers(value, list);
  } else {
    throw new RuleProblem(`${name} is not a part of a recurrence rule`);
  }
}

/** The MUST NOTs of RFC 5545 §3.3.10. */
function checkCombination(rule: RecurrenceRule): void {
  const { frequency } = rule;
  const monthOrYear = frequency === "MONTHLY" || frequency === "YEARLY";
  const refuse = (wrong: boolean, message: string) => {
    if (wrong) throw new RuleProblem(message);
  };
  refuse(rule.count !== undefined && rule.until !== undefined, "COUNT and UNTIL do not go together");
  refuse(rule.byWeekNo.length > 0 && frequency !== "YEARLY", "BYWEEKNO goes with FREQ=YEARLY only");
  refuse(
    rule.byYearDay.length > 0 && ["MONTHLY", "WEEKLY", "DAILY"].includes(frequency),
    `BYYEARDAY does not go with FREQ=${frequency}`,
  );
  refuse(rule.byMonthDay.length > 0 && frequency === "WEEKLY", "BYMONTHDAY does not go with FREQ=WEEKLY");
  const ordinals = rule.byDay.some((day) => day.ordinal !== 0);
  refuse(ordinals && !monthOrYear, `BYDAY takes a number before the day with FREQ=MONTHLY and YEARLY only`);
  refuse(ordinals && rule.byWeekNo.length > 0, "BYDAY takes no number before the day beside BYWEEKNO");
  const others = [rule.byMonth, rule.byWeekNo, rule.byYearDay, rule.byMonthDay, rule.byDay];
  others.push(rule.byHour, rule.byMinute, rule.bySecond);
  refuse(
    rule.bySetPos.length > 0 && others.every((list) => list.length === 0),
    "BYSETPOS needs another BY part to choose from",
  );
}

function emptyRule(frequency: Frequency): RecurrenceRule {
  return {
    frequency,
    interval: 1,
    weekStart: 0,
    byMonth: [],
    byWeekNo: [],
    byYearDay: [],
    byMonthDay: [],
    byDay: [],
    byHour: [],
    byMinute: [],
    bySecond: [],
    bySetPos: [],
  };
}

function readRule(text: string): RecurrenceRule {
  const parts = splitParts(text);
  const frequency = parts.get("FREQ");
  if (frequency === undefined) throw new RuleProblem("FREQ is missing");
  const rule = emptyRule(readFrequency(frequency));
  for (const [name, value] of parts) readPart(rule, name, value);
  checkCombination(rule);
  return rule;
}

/**
 * Parses a recurrence rule (RFC 5545 §3.3.10), with or without `RRULE:`, in either case.
 * Throws ScheduleError `invalid_schedule` that names the part.
 */
export function parseRecurrenceRule(text: string, path: (string | number)[] = ["rrule"]): RecurrenceRule {
  try {
    return readRule(text);
  } catch (error) {
    if (error instanceof RuleProblem) throw refusal(text, path, error.message);
    throw error;
  }
}

function refusal(value: string, path: (string | number)[], message: string): ScheduleError {
  const allowed = 'a recurrence rule of RFC 5545 such as "FREQ=MONTHLY;BYDAY=-1FR"';
  return invalid({ path, value, message, allowed });
}

/** A rule that is HOURLY or finer. */
export type RealTimeRule = RecurrenceRule & { frequency: "HOURLY" | "MINUTELY" | "SECONDLY" };

/** The rule is HOURLY or finer: it runs in real time, through both passes of a repeated hour. */
export function runsInRealTime(rule: RecurrenceRule): rule is RealTimeRule {
  return ["HOURLY", "MINUTELY", "SECONDLY"].includes(rule.frequency);
}
