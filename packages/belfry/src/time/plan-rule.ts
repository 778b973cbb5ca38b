import { DAY_MS, dayOfWall } from "./calendar.ts";
import { recurrenceWords, zoneWords } from "./explain.ts";
import { parseInstant } from "./instant.ts";
import { placeInZone } from "./placement.ts";
import type { Plan, PlanContext } from "./plan.ts";
import { checked, impossible, untilOf, zoneOf } from "./plan-parts.ts";
import { parseRecurrenceRule, type RecurrenceRule, runsInRealTime } from "./rrule.ts";
import { RunningRecurrence } from "./rrule-running.ts";
import { RecurrenceSeries } from "./rrule-series.ts";
import { RunningPlan } from "./running-plan.ts";
import type { RecurrenceSchedule } from "./schedule-shape.ts";
import { parseDate, parseWallClock } from "./wall-clock.ts";
import { WallPlan } from "./wall-plan.ts";
import type { Zone } from "./zone.ts";

/** Sorts exdates and rdates into what they name. */
interface NamedTimes {
  walls: Set<number>;
  days: Set<number>;
  instants: Set<number>;
}

function namedTimes(texts: readonly string[] | undefined): NamedTimes | null {
  if (!texts || texts.length === 0) return null;
  const named: NamedTimes = { walls: new Set(), days: new Set(), instants: new Set() };
  for (const text of texts) {
    const instantMs = parseInstant(text);
    const wallMs = parseWallClock(text);
    if (instantMs !== null) named.instants.add(instantMs);
    else if (wallMs !== null) named.walls.add(wallMs);
    else named.days.add(checked(parseDate(text), "exdates", text));
  }
  return named;
}

function exclusionOf(texts: readonly string[] | undefined) {
  const named = namedTimes(texts);
  if (!named) return {};
  const exclude = (wallMs: number, dueMs: number) =>
    named.walls.has(wallMs) || named.instants.has(dueMs) || named.days.has(dayOfWall(wallMs));
  return { exclude };
}

/** Rdates as wall clocks in order; a day alone takes the time of the start. */
function extraWalls(schedule: RecurrenceSchedule, startMs: number, zone: Zone): number[] {
  const named = namedTimes(schedule.rdates);
  if (!named) return [];
  const timeMs = startMs - dayOfWall(startMs) * DAY_MS;
  const walls = new Set(named.walls);
  for (const day of named.days) walls.add(day * DAY_MS + timeMs);
  for (const instantMs of named.instants) walls.add(zone.wallAt(instantMs));
  return [...walls].sort((a, b) => a - b);
}

/** The plan of an rrule. Throws ScheduleError `impossible_schedule` when no date ever matches it. */
export function planRule(schedule: RecurrenceSchedule, context: PlanContext): Plan {
  const rule = parseRecurrenceRule(schedule.rrule);
  const startMs = checked(parseWallClock(schedule.start), "start", schedule.start);
  const { zone, floating } = zoneOf(schedule, context);
  const describe = () => recurrenceWords(rule, startMs) + zoneWords(schedule, zone.name);
  const common = { zone, floating, describe, originMs: placeInZone(zone, startMs).instantMs };
  const extra = extraWalls(schedule, startMs, zone);
  const count = rule.count ?? schedule.count;
  const until = rule.until ? { until: rule.until } : untilOf(schedule);
  const exclude = exclusionOf(schedule.exdates);
  if (runsInRealTime(rule)) return planRunningRule();
  const series = new RecurrenceSeries(rule, startMs);
  if (series.from(startMs) === null && extra.length === 0) throw impossible("rrule", schedule.rrule);
  const counted = count === undefined ? {} : { count: { n: count, fromMs: startMs } };
  return new WallPlan({ ...common, series, limits: { ...until, ...exclude, ...counted, extra } });

  function planRunningRule(): Plan {
    const running = new RunningRecurrence(rule, startMs, zone);
    const beforeMs = common.originMs - 1;
    if (choosesNothing(rule)) throw impossible("rrule", schedule.rrule);
    if (running.after(beforeMs) === null && extra.length === 0) throw impossible("rrule", schedule.rrule);
    const counted = count === undefined ? {} : { count: { n: count, afterMs: beforeMs } };
    const instants = extra.map((wallMs) => placeInZone(zone, wallMs).instantMs).sort((a, b) => a - b);
    return new RunningPlan({ ...common, series: running, ...until, ...exclude, ...counted, extra: instants });
  }
}

/**
 * BYSETPOS names only positions that no period of such a rule holds: a second holds one instant, a minute
 * its BYSECOND, an hour its BYMINUTE x BYSECOND. Found here, since a search would walk 100 years of seconds.
 */
function choosesNothing({ bySetPos, byMinute, bySecond, frequency }: RecurrenceRule): boolean {
  if (bySetPos.length === 0) return false;
  const seconds = frequency === "SECONDLY" ? 1 : Math.max(1, bySecond.length);
  const minutes = frequency === "HOURLY" ? Math.max(1, byMinute.length) : 1;
  return bySetPos.every((position) => Math.abs(position) > seconds * minutes);
}
