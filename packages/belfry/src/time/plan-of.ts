import { BoundedSeries } from "./bounded-series.ts";
import { parseCron, runsThroughRepeatedHours } from "./cron.ts";
import { CronSeries } from "./cron-series.ts";
import { durationParts, durationWords } from "./duration.ts";
import { cronWords, intervalWords, yearlyWords, zoneWords } from "./explain.ts";
import { parseInstant } from "./instant.ts";
import { IntervalPlan } from "./interval-plan.ts";
import { type Occurrence, occurrenceAt, occurrenceOnWall } from "./occurrence.ts";
import { OncePlan } from "./once-plan.ts";
import { placeInZone } from "./placement.ts";
import { clampInstant, type Plan, type PlanContext } from "./plan.ts";
import { checked, impossible, untilOf, zoneOf } from "./plan-parts.ts";
import { planRule } from "./plan-rule.ts";
import { RunningPlan } from "./running-plan.ts";
import { RunningSeries } from "./running-series.ts";
import { ScheduleError } from "./schedule-error.ts";
import type {
  AtSchedule,
  CronSchedule,
  EverySchedule,
  Schedule,
  ScheduleEnd,
  YearlySchedule,
} from "./schedule-shape.ts";
import { SearchSteps } from "./search-steps.ts";
import type { WallSeries } from "./series.ts";
import { formatWallClock, parseTime, parseWallClock } from "./wall-clock.ts";
import { WallPlan } from "./wall-plan.ts";
import { parseMonthDay, recipientDate } from "./yearly-date.ts";
import { YearlySeries } from "./yearly-series.ts";
import type { Zone } from "./zone.ts";

const KINDS = ["at", "in", "every", "cron", "rrule", "yearly"];

function planAt(schedule: AtSchedule, context: PlanContext): Plan {
  const instantMs = parseInstant(schedule.at);
  if (instantMs !== null) {
    const occurrence = occurrenceAt(instantMs);
    return new OncePlan(occurrence, false, `once at ${occurrence.nominal}`);
  }
  const wallMs = checked(parseWallClock(schedule.at), "at", schedule.at);
  const { zone, floating } = zoneOf(schedule, context);
  const occurrence = occurrenceOnWall(wallMs, placeInZone(zone, wallMs), zone);
  return new OncePlan(occurrence, floating, `once at ${occurrence.nominal}, ${zone.name}`);
}

function planIn(duration: string, context: PlanContext): Plan {
  const { ms } = checked(durationParts(duration), "in", duration);
  const occurrence = occurrenceAt(clampInstant(context.acceptedAtMs + ms));
  return new OncePlan(occurrence, false, `once, ${durationWords(ms)} after it was accepted`);
}

/** `start` is itself an occurrence; without it the first comes one interval after acceptance. */
function planEvery(schedule: EverySchedule, context: PlanContext): Plan {
  const { ms } = checked(durationParts(schedule.every), "every", schedule.every);
  const { start, until, count } = schedule;
  const firstMs =
    start === undefined ? context.acceptedAtMs + ms : checked(parseInstant(start), "start", start);
  const lastByCount = count === undefined ? Number.POSITIVE_INFINITY : firstMs + (count - 1) * ms;
  const lastByUntil =
    until === undefined ? Number.POSITIVE_INFINITY : checked(parseInstant(until), "until", until);
  return new IntervalPlan({
    everyMs: ms,
    firstMs,
    lastMs: Math.min(lastByCount, lastByUntil),
    describe: () => intervalWords(ms, schedule),
  });
}

function planCron(schedule: CronSchedule, context: PlanContext, steps: SearchSteps): Plan {
  const rule = parseCron(schedule.cron);
  const series = new CronSeries(rule, steps);
  const { zone, floating } = zoneOf(schedule, context);
  const originMs = context.acceptedAtMs;
  if (series.from(clampInstant(originMs)) === null) throw impossible("cron", schedule.cron);
  const describe = () => cronWords(rule) + zoneWords(schedule, zone.name);
  const common = { zone, floating, originMs, describe, steps };
  if (runsThroughRepeatedHours(rule)) {
    const { count: n } = schedule;
    const count = n === undefined ? {} : { count: { n, fromMs: clampInstant(originMs) + 1 } };
    return new RunningPlan({
      series: new RunningSeries(series, zone),
      ...common,
      ...untilOf(schedule),
      ...count,
    });
  }
  return new WallPlan({ ...common, ...countedFromAcceptance(series, schedule, common) });
}

/** A series whose `count` begins with the first nominal time due after acceptance, and the limits that say so. */
function countedFromAcceptance(
  series: WallSeries,
  schedule: ScheduleEnd,
  { zone, originMs, steps }: { zone: Zone; originMs: number; steps: SearchSteps },
) {
  if (schedule.count === undefined) return { series, limits: untilOf(schedule) };
  const uncounted = new WallPlan({
    series,
    zone,
    steps,
    originMs,
    limits: {},
    floating: false,
    describe: () => "",
  });
  const first = uncounted.next(originMs);
  const fromMs = first ? (parseWallClock(first.nominal) ?? 0) : Number.POSITIVE_INFINITY;
  const limits = { ...untilOf(schedule), count: { n: schedule.count, fromMs } };
  return { series: new BoundedSeries(series, fromMs), limits };
}

function planYearly(schedule: YearlySchedule, context: PlanContext, steps: SearchSteps): Plan {
  const { on, time, leapDay = "feb-28" } = schedule.yearly;
  const path = ["yearly", "on"];
  const date =
    typeof on === "string"
      ? checked(parseMonthDay(on, path), "yearly", on)
      : recipientDate(on.recipientDate, context);
  const timeMs = checked(parseTime(time), "yearly", time);
  const series = new YearlySeries({ ...date, timeMs, leapDay });
  const { zone, floating } = zoneOf(schedule, context);
  const common = { zone, floating, originMs: context.acceptedAtMs, steps };
  return new WallPlan({
    ...common,
    describe: () => yearlyWords({ ...date, timeMs, leapDay }) + zoneWords(schedule, zone.name),
    name: (occurrence: Occurrence, wallMs: number) => series.name(occurrence, wallMs),
    ...countedFromAcceptance(series, schedule, common),
  });
}

/** What a schedule is: the field that names its kind, and the value of that. */
function kindOf(schedule: Schedule): [string, unknown] {
  return Object.entries(schedule).find(([field]) => KINDS.includes(field)) ?? ["", undefined];
}

function stepsOf(schedule: Schedule): SearchSteps {
  const [kind, value] = kindOf(schedule);
  return new SearchSteps(kind, value);
}

/**
 * The plan of a validated schedule. It may be over (a past `at`, a used-up `count`): a preview shows
 * that as empty, and creation refuses it with {@link refusePast}.
 * Throws ScheduleError: `impossible_schedule` when no date ever matches, `missing_date` when the
 * recipient lacks the date that `yearly` names, `unknown_time_zone` for the context's zone.
 */
export function planOf(schedule: Schedule, context: PlanContext, given?: SearchSteps): Plan {
  if ("at" in schedule) return planAt(schedule, context);
  if ("in" in schedule) return planIn(schedule.in, context);
  if ("every" in schedule) return planEvery(schedule, context);
  const steps = given ?? stepsOf(schedule);
  if ("cron" in schedule) return planCron(schedule, context, steps);
  if ("rrule" in schedule) return planRule(schedule, context, steps);
  return planYearly(schedule, context, steps);
}

/**
 * For creation: the first occurrence due at acceptance or later.
 * Throws ScheduleError `past_schedule` for a one-off that is over and `exhausted_schedule` for a rule
 * that would never fire again.
 */
export function refusePast(schedule: Schedule, plan: Plan, context: PlanContext): Occurrence {
  const first = plan.next(context.acceptedAtMs - 1);
  if (first) return first;
  const [kind, value] = kindOf(schedule);
  if (!plan.recurring) {
    const message = `${kind} is in the past`;
    const allowed = `a time from ${formatWallClock(context.acceptedAtMs - (context.acceptedAtMs % 1000))}Z on`;
    throw new ScheduleError("past_schedule", [{ path: [kind], value, message, allowed }]);
  }
  const message = "the rule would never fire: its until or count is used up";
  const allowed = "a rule with an occurrence still to come";
  throw new ScheduleError("exhausted_schedule", [{ path: [kind], value, message, allowed }]);
}
