import { invalid } from "./schedule-error.ts";

/** One field of a cron expression. */
export interface CronField {
  /** The values it allows, in order. */
  values: number[];
  /** It is `*` (or `*`/1). */
  everything: boolean;
  /** It has a wildcard or a step. */
  stepped: boolean;
}

/** A parsed cron expression; `weekday` is 0 (Sunday) to 6. */
export interface CronRule {
  minute: CronField;
  hour: CronField;
  day: CronField;
  month: CronField;
  weekday: CronField;
}

interface FieldRange {
  name: string;
  low: number;
  high: number;
  names: readonly string[];
  /** The value that the first name stands for. */
  firstName: number;
}

const MONTH_NAMES = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAY_NAMES = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const RANGES = {
  minute: { name: "minute", low: 0, high: 59, names: [], firstName: 0 },
  hour: { name: "hour", low: 0, high: 23, names: [], firstName: 0 },
  day: { name: "day of the month", low: 1, high: 31, names: [], firstName: 0 },
  month: { name: "month", low: 1, high: 12, names: MONTH_NAMES, firstName: 1 },
  weekday: { name: "day of the week", low: 0, high: 7, names: DAY_NAMES, firstName: 0 },
} satisfies Record<keyof CronRule, FieldRange>;

const MACROS: Record<string, string> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Why one part of a field cannot be read. */
class CronProblem extends Error {}

function rangeWords(range: FieldRange): string {
  const names = range.names.length > 0 ? ` or ${range.names[0]} to ${range.names.at(-1)}` : "";
  return `${range.low} to ${range.high}${names}`;
}

function readValue(text: string, range: FieldRange): number {
  const named = range.names.indexOf(text.toUpperCase());
  if (named >= 0) return named + range.firstName;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= range.low && value <= range.high)) {
    const extension = /[LW#?]/i.test(text) ? " (L, W, # and ? are not cron; use an rrule)" : "";
    throw new CronProblem(`"${text}" is not a ${range.name}${extension}; it takes ${rangeWords(range)}`);
  }
  return value;
}

function readBounds(text: string, range: FieldRange, stepped: boolean): [number, number] {
  if (text === "*") return [range.low, range === RANGES.weekday ? 6 : range.high];
  const [first = "", last, ...more] = text.split("-");
  if (more.length > 0) throw new CronProblem(`"${text}" is not a range of ${range.name}`);
  const low = readValue(first, range);
  if (last === undefined) return [low, stepped ? (range === RANGES.weekday ? 6 : range.high) : low];
  const value = readValue(last, range);
  const high = range === RANGES.weekday && value === 0 && low > 0 ? 7 : value;
  if (high < low) throw new CronProblem(`the range "${text}" of the ${range.name} runs backwards`);
  return [low, high];
}

function readStep(text: string | undefined, range: FieldRange): number {
  if (text === undefined) return 1;
  const step = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (step < 1) throw new CronProblem(`"${text}" is not a step of the ${range.name}; it takes 1 or more`);
  return step;
}

function readPart(text: string, range: FieldRange): number[] {
  const [span = "", stepText, ...more] = text.split("/");
  if (more.length > 0) throw new CronProblem(`"${text}" has more than one step`);
  const step = readStep(stepText, range);
  const [low, high] = readBounds(span, range, stepText !== undefined);
  const values: number[] = [];
  for (let value = low; value <= high; value += step)
    values.push(range === RANGES.weekday ? value % 7 : value);
  return values;
}

function readField(text: string, range: FieldRange): CronField {
  const parts = text.split(",");
  const values = [...new Set(parts.flatMap((part) => readPart(part, range)))].sort((a, b) => a - b);
  const everything = parts.some((part) => part === "*" || part === "*/1");
  return { values, everything, stepped: /[*/]/.test(text) };
}

/** The five fields of an expression with its macro (`@daily`) written out and single spaces. */
export function normaliseCron(text: string): string {
  const trimmed = text.trim();
  const macro = trimmed.toLowerCase();
  const written = Object.hasOwn(MACROS, macro) ? MACROS[macro] : undefined;
  return written ?? trimmed.split(/\s+/).join(" ");
}

/**
 * Parses a cron expression of five fields (minute, hour, day of the month, month, day of the week),
 * with names, lists, ranges and steps; 7 is Sunday; macros such as `@daily` are written out.
 * Throws ScheduleError `invalid_schedule` that says which field is wrong and what it takes.
 */
export function parseCron(text: string, path: (string | number)[] = ["cron"]): CronRule {
  const allowed = 'five fields (minute hour day month weekday), such as "30 8 * * 1-5"';
  try {
    const fields = normaliseCron(text).split(" ");
    if (fields.length !== 5)
      throw new CronProblem(`a cron expression has five fields, this has ${fields.length}`);
    const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
    return {
      minute: readField(minute, RANGES.minute),
      hour: readField(hour, RANGES.hour),
      day: readField(day, RANGES.day),
      month: readField(month, RANGES.month),
      weekday: readField(weekday, RANGES.weekday),
    };
  } catch (error) {
    if (error instanceof CronProblem) throw invalid({ path, value: text, message: error.message, allowed });
    throw error;
  }
}

/** The rule means "each so many minutes or hours": it has a wildcard or a step in one of those fields. */
export function runsThroughRepeatedHours(rule: CronRule): boolean {
  return rule.minute.stepped || rule.hour.stepped;
}
