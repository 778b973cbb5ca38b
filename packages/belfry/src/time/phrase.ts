import { DAY_MS, dayOfWall, weekdayOf } from "./calendar.ts";
import { findTime, type PhraseTime } from "./phrase-time.ts";
import type { PlanContext } from "./plan.ts";
import { WEEKDAYS } from "./rrule.ts";
import { invalid } from "./schedule-error.ts";
import type { Schedule } from "./schedule-shape.ts";
import { formatWallClock, parseDate } from "./wall-clock.ts";
import { zoneNamed } from "./zone.ts";
import { resolveTimeZone } from "./zone-name.ts";

const EXAMPLES =
  '"in 10 minutes", "at 5pm", "tomorrow at noon", "every weekday at 8:30", "every 2 weeks on tuesday at 9"';
const DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const UNIT_NAMES: [RegExp, string, string][] = [
  [/^(?:s|secs?|seconds?)$/, "T", "S"],
  [/^(?:m|mins?|minutes?)$/, "T", "M"],
  [/^(?:h|hrs?|hours?)$/, "T", "H"],
  [/^(?:d|days?)$/, "", "D"],
  [/^(?:w|weeks?)$/, "", "W"],
];
const MAX_NUMBER = 100_000;

/** A reader of one form of phrase: null when the phrase is not of that form. */
interface Reading {
  /** The phrase without its time of day. */
  rest: string;
  time: PhraseTime | null;
  /** The wall clock now, where the phrase is read. */
  nowMs: number;
}

function numberOf(word: string): number | null {
  if (word === "a" || word === "an") return 1;
  const value = /^\d{1,6}$/.test(word) ? Number(word) : 0;
  return value >= 1 && value <= MAX_NUMBER ? value : null;
}

/** `10 minutes`, `1 hour and 30 minutes`, `half an hour` as an ISO 8601 duration. */
function readDuration(words: string): string | null {
  if (words === "half an hour") return "PT30M";
  const pattern = /(\d{1,6}|an?)\s*([a-z]+)(?:\s*,?\s*(?:and\s+)?|$)/y;
  const parts: Record<string, number> = {};
  for (let at = 0; at < words.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(words);
    const unit = UNIT_NAMES.find(([name]) => name.test(match?.[2] ?? ""));
    const value = numberOf(match?.[1] ?? "");
    if (!unit || value === null || Object.hasOwn(parts, unit[1] + unit[2])) return null;
    parts[unit[1] + unit[2]] = value;
  }
  const text = (designators: string[]) =>
    designators.map((name) => (parts[name] === undefined ? "" : `${parts[name]}${name.slice(-1)}`)).join("");
  const [date, time] = [text(["W", "D"]), text(["TH", "TM", "TS"])];
  return date + time === "" ? null : `P${date}${time === "" ? "" : `T${time}`}`;
}

function weekdayNamed(word: string): number {
  const name = word.replace(/s$/, "");
  return DAY_NAMES.findIndex((day) => day === name || (name.length >= 3 && day.startsWith(name)));
}

/** `monday, tuesday and friday`, `weekday`, `weekend`: weekdays counted from Monday, in order. */
function readWeekdays(words: string): number[] | null {
  if (/^weekdays?$/.test(words)) return [0, 1, 2, 3, 4];
  if (/^weekends?$/.test(words)) return [5, 6];
  const days = words.split(/\s*,\s*(?:and\s+)?|\s+and\s+|\s+/).map(weekdayNamed);
  return days.includes(-1) ? null : [...new Set(days)].sort((a, b) => a - b);
}

function timeMs(time: PhraseTime): number {
  return (time.hour * 60 + time.minute) * 60_000;
}

/** The first day from today whose time is still to come and that `fits`. */
function nextDay(reading: Reading, time: PhraseTime, fits: (day: number) => boolean): number {
  let day = dayOfWall(reading.nowMs);
  if (day * DAY_MS + timeMs(time) <= reading.nowMs) day++;
  while (!fits(day)) day++;
  return day;
}

function onWall(day: number, time: PhraseTime): string {
  return formatWallClock(day * DAY_MS + timeMs(time));
}

function readIn({ rest, time, nowMs }: Reading): Schedule | null {
  const words = /^in (.+)$/.exec(rest)?.[1];
  const duration = words === undefined ? null : readDuration(words);
  if (duration === null) return null;
  if (time === null) return { in: duration };
  const days = /^P(?:(\d+)W)?(?:(\d+)D)?$/.exec(duration);
  if (!days) return null;
  const ahead = Number(days[1] ?? 0) * 7 + Number(days[2] ?? 0);
  return { at: onWall(dayOfWall(nowMs) + ahead, time) };
}

/** A day and a time; a time alone that is past today means tomorrow. */
function readOnce(reading: Reading): Schedule | null {
  const { rest, time, nowMs } = reading;
  if (time === null) return null;
  const today = dayOfWall(nowMs);
  if (rest === "")
    return {
      at: onWall(
        nextDay(reading, time, () => true),
        time,
      ),
    };
  if (rest === "today" || rest === "tonight") return { at: onWall(today, time) };
  if (rest === "tomorrow") return { at: onWall(today + 1, time) };
  const match = /^(?:on\s+)?(next\s+)?(\S+)$/.exec(rest);
  const word = match?.[2] ?? "";
  const date = parseDate(word);
  if (date !== null) return { at: onWall(date, time) };
  const weekday = weekdayNamed(word);
  if (weekday < 0 || word.length < 3) return null;
  const fits = (day: number) => weekdayOf(day) === weekday && !(match?.[1] && day === today);
  return { at: onWall(nextDay(reading, time, fits), time) };
}

function readEveryInterval({ rest, time }: Reading): Schedule | null {
  const words = /^every (.+)$/.exec(rest)?.[1];
  if (words === undefined || time !== null) return null;
  const duration = readDuration(/^\d|^half/.test(words) ? words : `1 ${words}`);
  return duration !== null && /^PT/.test(duration) ? { every: duration } : null;
}

/** `every day`, `every weekday`, `every monday and friday`, `every month on the 15th`. */
function readEveryDay({ rest, time }: Reading): Schedule | null {
  const words = /^every (?:week on )?(.+)$/.exec(rest)?.[1];
  if (words === undefined || time === null) return null;
  const clock = `${time.minute} ${time.hour}`;
  if (words === "day" && !rest.includes("week")) return { cron: `${clock} * * *` };
  const monthDay = Number(/^month on (?:the )?(\d{1,2})(?:st|nd|rd|th)?$/.exec(words)?.[1]);
  if (monthDay >= 1 && monthDay <= 31) return { cron: `${clock} ${monthDay} * *` };
  const days = readWeekdays(words);
  if (days === null) return null;
  if (days.join() === "0,1,2,3,4") return { cron: `${clock} * * 1-5` };
  return {
    cron: `${clock} * * ${days
      .map((day) => (day + 1) % 7)
      .sort((a, b) => a - b)
      .join(",")}`,
  };
}

/** `every 3 days`, `every 2 weeks on tuesday`, `every other week on monday and friday`. */
function readEveryFew(reading: Reading): Schedule | null {
  const { rest, time, nowMs } = reading;
  const match = /^every (?:(\d{1,4}|other)\s*)?(days?|weeks?)(?: on (.+))?$/.exec(rest);
  if (!match || time === null) return null;
  const interval = match[1] === "other" ? 2 : Number(match[1] ?? 1);
  const weekly = match[2]?.startsWith("w") === true;
  if (interval < 1 || interval > (weekly ? 5218 : 36_525) || (match[3] !== undefined && !weekly)) return null;
  const days = match[3] === undefined ? [] : readWeekdays(match[3]);
  if (days === null) return null;
  const wanted = weekly && days.length === 0 ? [weekdayOf(dayOfWall(nowMs))] : days;
  const start = onWall(
    nextDay(reading, time, (day) => wanted.length === 0 || wanted.includes(weekdayOf(day))),
    time,
  );
  const byDay = wanted.length === 0 ? "" : `;BYDAY=${wanted.map((day) => WEEKDAYS[day]).join(",")}`;
  return { rrule: `FREQ=${weekly ? "WEEKLY" : "DAILY"};INTERVAL=${interval}${byDay}`, start };
}

const READERS = [readIn, readOnce, readEveryInterval, readEveryDay, readEveryFew];

/** `every year on 15 march` is not read: it says so with what was. */
function notUnderstood(text: string, reading: Reading): Error {
  const { rest, time } = reading;
  const opening = /^(?:every|in|on|tomorrow|today|next)\b/.exec(rest)?.[0];
  const understood = [opening, time?.words]
    .filter((words) => words !== undefined)
    .map((words) => `"${words}"`);
  const left = (opening ? rest.slice(opening.length) : rest).trim();
  const missing =
    left === "" && time === null ? "a time of day is missing" : `not understood: "${left || text}"`;
  const message = `${missing}; understood: ${understood.length > 0 ? understood.join(" and ") : "nothing"}`;
  return invalid({ path: ["text"], value: text, message, allowed: `phrases such as ${EXAMPLES}` });
}

/**
 * Reads a phrase into another kind of schedule, in the zone of the context (which it then floats in):
 * "in 10 minutes", "at 5pm", "tomorrow at noon", "on friday at 9.15", "every 10 minutes", "every
 * weekday at 8:30", "every monday and friday at 9", "every 2 weeks on tuesday at 9", "every 3 days at
 * noon", "every month on the 15th at 9". 12am is midnight; "at 9" that is past today is tomorrow's.
 * Throws ScheduleError `invalid_schedule` with what was understood and examples.
 */
export function readPhrase(text: string, context: PlanContext): Schedule {
  const phrase = text
    .trim()
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/[.!]+$/, "");
  const time = findTime(phrase);
  const nowMs = zoneNamed(resolveTimeZone(context.timeZone)).wallAt(context.acceptedAtMs);
  const reading: Reading = { rest: time ? time.rest : phrase, time, nowMs };
  for (const read of READERS) {
    const schedule = read(reading);
    if (schedule) return schedule;
  }
  throw notUnderstood(text, reading);
}
