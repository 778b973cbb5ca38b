import { civilDate, dayOfWall, weekdayOf } from "./calendar.ts";
import type { CronRule } from "./cron.ts";
import { durationWords } from "./duration.ts";
import { type OrdinalWeekday, type RecurrenceRule, runsInRealTime } from "./rrule.ts";
import { timesOfRule } from "./rrule-series.ts";
import type { ScheduleEnd } from "./schedule-shape.ts";
import { formatTime } from "./wall-clock.ts";
import type { YearlyDate } from "./yearly-series.ts";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MANY = 6;

/** `a, b and c`. */
function listWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** `1st`, `22nd`, `13th`; negative numbers count from the end: `last`, `2nd to last`. */
function ordinalWords(value: number): string {
  if (value === -1) return "last";
  if (value < 0) return `${ordinalWords(-value)} to last`;
  const tens = value % 100;
  const suffix = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][value % 10] ?? "th");
  return `${value}${suffix}`;
}

/** Weekdays counted from Monday: `weekday`, `Monday and Friday`. */
function weekdayWords(weekdays: readonly number[]): string {
  const sorted = [...weekdays].sort((a, b) => a - b);
  if (sorted.join() === "0,1,2,3,4") return "weekday";
  if (sorted.join() === "5,6") return "Saturday and Sunday";
  if (sorted.length === 7) return "day";
  return listWords(sorted.map((weekday) => WEEKDAYS[weekday] ?? ""));
}

/** `, until 2026-12-31, 10 times`; nothing when it has no end. */
function endWords(end: ScheduleEnd): string {
  const words: string[] = [];
  if (end.until !== undefined) words.push(`until ${end.until}`);
  if (end.count !== undefined) words.push(end.count === 1 ? "once" : `${end.count} times`);
  return words.map((word) => `, ${word}`).join("");
}

/** `, Europe/Paris`, and how the rule ends. */
export function zoneWords(schedule: ScheduleEnd, timeZone: string): string {
  return `, ${timeZone}${endWords(schedule)}`;
}

/** `every 15 minutes, 3 times`. */
export function intervalWords(everyMs: number, schedule: ScheduleEnd): string {
  return `every ${durationWords(everyMs).replace(/^1 (\w+)$/, "$1")}${endWords(schedule)}`;
}

/** `15 March` and the time, every year. */
export function yearlyWords(date: YearlyDate): string {
  const leap = date.month === 2 && date.day === 29;
  const moved = leap ? ` (${date.leapDay === "mar-1" ? "1 March" : "28 February"} in common years)` : "";
  return `every year on ${date.day} ${MONTHS[date.month - 1]}${moved} at ${formatTime(date.timeMs)}`;
}

/** `9 to 17` for a run of three or more, else a list. */
function rangeWords(values: readonly number[]): string {
  const [first = 0] = values;
  const last = values.at(-1) ?? first;
  if (values.length > 2 && last - first === values.length - 1) return `${first} to ${last}`;
  return listWords(values.map(String));
}

/** The step of `0, 15, 30, 45` within the hour; null when the values are not such a round. */
function wholeStep(values: readonly number[]): number | null {
  const step = 60 / values.length;
  return values.length > 1 && values.every((value, index) => value === index * step) ? step : null;
}

function cronMinuteWords(rule: CronRule): string {
  if (rule.minute.everything) return "every minute";
  const step = wholeStep(rule.minute.values);
  if (step !== null) return step === 1 ? "every minute" : `every ${step} minutes`;
  const plural = rule.minute.values.length === 1 ? "" : "s";
  return `at minute${plural} ${rangeWords(rule.minute.values)}`;
}

function cronTimeWords(rule: CronRule): string {
  const { minute, hour } = rule;
  const minutes = cronMinuteWords(rule);
  if (hour.everything) return minutes.startsWith("every") ? minutes : `${minutes} of every hour`;
  if (minute.values.length * hour.values.length > MANY)
    return `${minutes} of hours ${rangeWords(hour.values)}`;
  const times = hour.values.flatMap((h) => minute.values.map((m) => formatTime((h * 60 + m) * 60_000)));
  return `at ${listWords(times)}`;
}

function cronDayWords(rule: CronRule): string {
  const weekdays = rule.weekday.values.map((weekday) => (weekday + 6) % 7);
  const onDays = `on the ${listWords(rule.day.values.map(ordinalWords))} of the month`;
  const months = rule.month.everything
    ? ""
    : ` in ${listWords(rule.month.values.map((m) => MONTHS[m - 1] ?? ""))}`;
  if (rule.day.everything && rule.weekday.everything) return `every day${months}`;
  if (rule.day.everything) return `every ${weekdayWords(weekdays)}${months}`;
  if (rule.weekday.everything) return `${onDays}${months}`;
  return `every ${weekdayWords(weekdays)} and ${onDays}${months}`;
}

/** A cron rule in words: `every weekday at 08:30`. */
export function cronWords(rule: CronRule): string {
  const time = cronTimeWords(rule);
  const day = cronDayWords(rule);
  if (!time.startsWith("every")) return `${day} ${time}`;
  return day === "every day" ? time : `${day}, ${time}`;
}

const UNITS: Record<RecurrenceRule["frequency"], string> = {
  YEARLY: "year",
  MONTHLY: "month",
  WEEKLY: "week",
  DAILY: "day",
  HOURLY: "hour",
  MINUTELY: "minute",
  SECONDLY: "second",
};

function byDayWords(days: readonly OrdinalWeekday[]): string {
  if (days.every((day) => day.ordinal === 0)) return weekdayWords(days.map((day) => day.weekday));
  return listWords(
    days.map((day) => `${day.ordinal ? `the ${ordinalWords(day.ordinal)} ` : ""}${WEEKDAYS[day.weekday]}`),
  );
}

/** Days without a number come more than once in a month or year. */
function everyWords(rule: RecurrenceRule): string {
  return rule.byDay.every((day) => day.ordinal === 0) && rule.byWeekNo.length === 0 ? "every " : "";
}

function ruleDayWords(rule: RecurrenceRule, startMs: number): string[] {
  const words: string[] = [];
  const date = civilDate(dayOfWall(startMs));
  const nothing = rule.byMonthDay.length + rule.byDay.length + rule.byYearDay.length === 0;
  if (rule.byDay.length > 0)
    words.push(`on ${rule.frequency === "WEEKLY" ? "" : everyWords(rule)}${byDayWords(rule.byDay)}`);
  if (rule.byMonthDay.length > 0)
    words.push(`on the ${listWords(rule.byMonthDay.map(ordinalWords))} of the month`);
  if (rule.byYearDay.length > 0)
    words.push(`on the ${listWords(rule.byYearDay.map(ordinalWords))} day of the year`);
  if (rule.byWeekNo.length > 0) words.push(`in week ${listWords(rule.byWeekNo.map(String))}`);
  if (nothing && (rule.frequency === "WEEKLY" || rule.byWeekNo.length > 0)) {
    words.push(`on ${WEEKDAYS[weekdayOf(dayOfWall(startMs))]}`);
  } else if (nothing && rule.frequency === "MONTHLY") words.push(`on the ${ordinalWords(date.day)}`);
  else if (nothing && rule.frequency === "YEARLY") {
    words.push(
      rule.byMonth.length > 0
        ? `on the ${ordinalWords(date.day)}`
        : `on ${date.day} ${MONTHS[date.month - 1]}`,
    );
  }
  if (rule.byMonth.length > 0)
    words.push(`in ${listWords(rule.byMonth.map((month) => MONTHS[month - 1] ?? ""))}`);
  if (rule.bySetPos.length > 0) words.push(`(the ${listWords(rule.bySetPos.map(ordinalWords))} of these)`);
  return words;
}

function ruleTimeWords(rule: RecurrenceRule, startMs: number): string {
  const times = timesOfRule(rule, startMs);
  if (!runsInRealTime(rule) && times.count <= MANY) {
    return `at ${listWords(Array.from({ length: times.count }, (_, index) => formatTime(times.at(index))))}`;
  }
  const parts: string[] = [];
  if (rule.byHour.length > 0) parts.push(`in hours ${rangeWords(times.hours)}`);
  if (rule.byMinute.length > 0) parts.push(`at minutes ${rangeWords(times.minutes)}`);
  if (rule.bySecond.length > 0) parts.push(`at seconds ${rangeWords(times.seconds)}`);
  return parts.join(", ");
}

/** A recurrence rule in words: `every 2 weeks on Tuesday at 09:00`. */
export function recurrenceWords(rule: RecurrenceRule, startMs: number): string {
  const unit = UNITS[rule.frequency];
  const days = ruleDayWords(rule, startMs);
  const plainWeekdays = rule.frequency === "WEEKLY" && rule.interval === 1 && days.length === 1;
  const every = rule.interval === 1 ? `every ${unit}` : `every ${rule.interval} ${unit}s`;
  const head = plainWeekdays ? [(days[0] ?? "").replace(/^on /, "every ")] : [every, ...days];
  const words = [...head, ruleTimeWords(rule, startMs)].filter((word) => word !== "").join(" ");
  return rule.count === undefined ? words : `${words}, ${rule.count === 1 ? "once" : `${rule.count} times`}`;
}
