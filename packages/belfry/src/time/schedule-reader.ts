import { DAY_MS } from "./calendar.ts";
import { normaliseCron, parseCron } from "./cron.ts";
import { durationParts } from "./duration.ts";
import { FieldReader, isObject } from "./field-reader.ts";
import { parseInstant } from "./instant.ts";
import { refuseLongSearch } from "./long-search.ts";
import { readPhrase } from "./phrase.ts";
import type { PlanContext } from "./plan.ts";
import { MAX_COUNT, parseRecurrenceRule } from "./rrule.ts";
import { invalid } from "./schedule-error.ts";
import type { Schedule, YearlySchedule } from "./schedule-shape.ts";
import { SEARCH_DAYS } from "./series.ts";
import { parseUntil } from "./until.ts";
import { parseDate, parseWallClock } from "./wall-clock.ts";
import { checkYearly } from "./yearly-reader.ts";
import { resolveTimeZone } from "./zone-name.ts";

const END = ["until", "count"];
/** The kinds of schedule and the fields that go with each. */
const FIELDS: Record<string, readonly string[]> = {
  at: ["at", "timeZone"],
  in: ["in"],
  every: ["every", "start", ...END],
  cron: ["cron", ...END, "timeZone"],
  rrule: ["rrule", "start", "exdates", "rdates", ...END, "timeZone"],
  yearly: ["yearly", ...END, "timeZone"],
  text: ["text", ...END, "timeZone"],
};
const KINDS = Object.keys(FIELDS);
const ONE_KIND = `exactly one of ${KINDS.join(", ")}`;
const MAX_DATES = 1000;
const WALL_CLOCK = "a wall clock such as 2026-01-30T17:00 (the zone goes into timeZone)";
const UNTIL = "an instant, or a wall clock or day in the rule's zone: 2026-12-31T17:00";
const INSTANT = "an instant with an offset such as 2026-12-01T09:00:00+01:00";

function checkCount(fields: FieldReader): void {
  const count = fields.get("count");
  if (count === undefined || (Number.isInteger(count) && Number(count) >= 1 && Number(count) <= MAX_COUNT))
    return;
  fields.refuse("count", count, "count is not a whole number within bounds", `1 to ${MAX_COUNT}`);
}

/** Checks the fields that are alike for every kind that has them; gives the zone's proper name. */
function checkCommonFields(fields: FieldReader, kind: string): string | undefined {
  if (FIELDS[kind]?.includes("count")) checkCount(fields);
  if (!FIELDS[kind]?.includes("timeZone") || !fields.has("timeZone")) return undefined;
  return fields.attempt(() => resolveTimeZone(fields.get("timeZone"), ["timeZone"]));
}

function checkUntil(fields: FieldReader): void {
  fields.text("until", UNTIL, parseUntil);
}

function checkAt(fields: FieldReader): void {
  const at = fields.text("at", `${INSTANT}, or a wall clock such as 2026-12-01T09:00`, (text) => {
    return parseInstant(text) ?? parseWallClock(text);
  });
  if (at !== undefined && fields.has("timeZone") && parseInstant(at) !== null) {
    const zone = fields.get("timeZone");
    fields.refuse(
      "timeZone",
      zone,
      "timeZone does not go with an instant, which has its offset",
      "nothing here",
    );
  }
}

/** A duration in milliseconds, or an issue that says what is allowed. */
function checkDuration(fields: FieldReader, name: "in" | "every", allowed: string): void {
  fields.text(name, allowed, (text) => {
    const parts = durationParts(text);
    if (!parts) return null;
    const refuse = (message: string) => invalid({ path: [name], value: text, message, allowed });
    const calendar = name === "every" ? ["years", "months", "weeks", "days"] : ["years", "months"];
    const wrong = parts.given.find((part) => calendar.includes(part));
    if (wrong && name === "every") {
      throw refuse(`${wrong} differ in length; give an rrule such as FREQ=DAILY, which follows the calendar`);
    }
    if (wrong) throw refuse(`${wrong} have no fixed length; give weeks, days, hours, minutes or seconds`);
    if (name === "every" && parts.ms < 1000) throw refuse("the interval is shorter than one second");
    if (parts.ms > SEARCH_DAYS * DAY_MS) throw refuse(`${name} is longer than 100 years`);
    return true;
  });
}

function checkEvery(fields: FieldReader): void {
  checkDuration(
    fields,
    "every",
    "an ISO 8601 duration of hours, minutes and seconds from PT1S, such as PT15M",
  );
  fields.text("start", INSTANT, parseInstant);
  fields.text("until", INSTANT, parseInstant);
}

function checkDates(fields: FieldReader, name: "exdates" | "rdates"): void {
  const value = fields.get(name);
  if (value === undefined) return;
  const allowed = `up to ${MAX_DATES} wall clocks, days or instants in the list`;
  if (!Array.isArray(value) || value.length > MAX_DATES) {
    fields.refuse(name, value, `${name} is not a list of at most ${MAX_DATES}`, allowed);
    return;
  }
  value.forEach((item: unknown, index) => {
    fields.checkText([name, index], item, "a wall clock, a day or an instant: 2026-01-30T17:00", (text) => {
      return parseInstant(text) ?? parseWallClock(text) ?? parseDate(text);
    });
  });
}

function checkRule(fields: FieldReader): void {
  fields.text("rrule", "a recurrence rule such as FREQ=MONTHLY;BYDAY=-1FR", (text) => {
    const rule = parseRecurrenceRule(text);
    const inside = rule.until ? "UNTIL" : rule.count === undefined ? undefined : "COUNT";
    for (const name of inside ? END : []) {
      if (!fields.has(name)) continue;
      const message = `${name} stands beside a rule that has ${inside} inside`;
      fields.refuse(name, fields.get(name), message, "an end inside the rrule or beside it, not both");
    }
    return true;
  });
  if (!fields.has("start")) fields.refuse("start", undefined, "an rrule needs its start", WALL_CLOCK);
  fields.text("start", WALL_CLOCK, parseWallClock);
  checkDates(fields, "exdates");
  checkDates(fields, "rdates");
  checkUntil(fields);
}

function checkCron(fields: FieldReader): void {
  fields.text("cron", 'five fields such as "30 8 * * 1-5"', (text) => parseCron(text) !== null);
  checkUntil(fields);
}

const CHECKS: Record<string, (fields: FieldReader) => void> = {
  at: checkAt,
  in: (fields) => checkDuration(fields, "in", "an ISO 8601 duration such as PT15M or P1D, to 100 years"),
  every: checkEvery,
  cron: checkCron,
  rrule: checkRule,
  yearly: (fields) => {
    checkYearly(fields);
    checkUntil(fields);
  },
};

/** A phrase becomes one of the other kinds, which takes along what stood beside it. */
function readText(input: Record<string, unknown>, context: PlanContext): Schedule {
  const fields = new FieldReader(input);
  fields.allowOnly(FIELDS.text ?? []);
  const zone = checkCommonFields(fields, "text");
  const allowed = 'a phrase such as "every weekday at 8:30" or "in 10 minutes"';
  let schedule: Schedule | undefined;
  fields.text("text", allowed, (text) => {
    schedule = readPhrase(text, { ...context, timeZone: zone ?? context.timeZone });
    return true;
  });
  fields.finish();
  const { text: _, ...beside } = input;
  const zoned = schedule !== undefined && !("in" in schedule || "every" in schedule);
  if (!zoned) delete beside.timeZone;
  return readSchedule({ ...beside, ...schedule }, context);
}

function kindOf(input: unknown): [string, Record<string, unknown>] {
  if (!isObject(input)) {
    throw invalid({ path: [], value: input, message: "a schedule is an object", allowed: ONE_KIND });
  }
  const given = KINDS.filter((kind) => Object.hasOwn(input, kind) && input[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const found = given.length > 1 ? `it has ${given.join(" and ")}` : "it has none";
    throw invalid({
      path: [],
      value: input,
      message: `a schedule has one kind; ${found}`,
      allowed: ONE_KIND,
    });
  }
  return [kind, input];
}

/** The fields that are given; each of them has been checked against the shape of its kind. */
function given(values: Record<string, unknown>): Schedule {
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(values)) if (values[name] !== undefined) fields[name] = values[name];
  return fields as unknown as Schedule;
}

/**
 * Validates unknown JSON into a {@link Schedule}: the fields as given, the zone's name with its proper
 * capitals, cron macros written out, and `{"text": ...}` turned into the kind it stands for.
 * It accepts schedules that are over, so that a preview can show them: creation calls `refusePast`.
 * Throws ScheduleError with every issue found: `invalid_schedule` (also for a rule that would be searched
 * for too long), `unknown_time_zone`, `impossible_schedule`.
 */
export function readSchedule(input: unknown, context: PlanContext): Schedule {
  const [kind, values] = kindOf(input);
  if (kind === "text") return readText(values, context);
  const fields = new FieldReader(values);
  fields.allowOnly(FIELDS[kind] ?? []);
  const zone = checkCommonFields(fields, kind);
  CHECKS[kind]?.(fields);
  fields.finish();
  const schedule = given(values);
  if ("cron" in schedule) schedule.cron = normaliseCron(schedule.cron);
  if ("rrule" in schedule) refuseLongSearch(schedule, context);
  // The zone stands only where it was given, so in a kind that takes one; which of them does not matter.
  return zone === undefined ? schedule : ({ ...schedule, timeZone: zone } as YearlySchedule);
}
