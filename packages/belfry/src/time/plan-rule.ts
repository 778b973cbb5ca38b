import { DAY_MS, dayOfWall } from "./calendar.ts";
import { recurrenceWords, zoneWords } from "./explain.ts";
import { NamedTimes } from "./named-times.ts";
import { placeInZone } from "./placement.ts";
import type { Plan, PlanContext } from "./plan.ts";
import { checked, impossible, untilOf, zoneOf } from "./plan-parts.ts";
import { parseRecurrenceRule, runsInRealTime } from "./rrule.ts";
import { RunningRecurrence } from "./rrule-running.ts";
import { RecurrenceSeries } from "./rrule-series.ts";
import { RunningPlan } from "./running-plan.ts";
import type { RecurrenceSchedule } from "./schedule-shape.ts";
import type { SearchSteps } from "./search-steps.ts";
import { parseWallClock } from "./wall-clock.ts";
import { WallPlan } from "./wall-plan.ts";
import type { Zone } from "./zone.ts";

function exclusionOf({ exdates = [] }: RecurrenceSchedule): { exclude?: NamedTimes } {
  return exdates.length > 0 ? { exclude: new NamedTimes(exdates, "exdates") } : {};
}

/** Rdates as wall clocks in order; a day alone takes the time of the start. */
function extraWalls({ rdates = [] }: RecurrenceSchedule, startMs: number, zone: Zone): number[] {
  if (rdates.length === 0) return [];
  return new NamedTimes(rdates, "rdates").walls(startMs - dayOfWall(startMs) * DAY_MS, zone);
}

/** The plan of an rrule. Throws ScheduleError `impossible_schedule` when no date ever matches it. */
export function planRule(schedule: RecurrenceSchedule, context: PlanContext, steps: SearchSteps): Plan {
  const rule = parseRecurrenceRule(schedule.rrule);
  const startMs = checked(parseWallClock(schedule.start), "start", schedule.start);
  const { zone, floating } = zoneOf(schedule, context);
  const originMs = placeInZone(zone, startMs).instantMs;
  const extra = extraWalls(schedule, startMs, zone);
  const n = rule.count ?? schedule.count;
  const counted = (fromMs: number) => (n === undefined ? {} : { count: { n, fromMs } });
  const limits = { ...(rule.until ? { until: rule.until } : untilOf(schedule)), ...exclusionOf(schedule) };
  const describe = () => recurrenceWords(rule, startMs) + zoneWords(schedule, zone.name);
  const common = { zone, floating, describe, originMs, steps };
  const refuseImpossible = (first: number | null) => {
    if (first === null && extra.length === 0) throw impossible("rrule", schedule.rrule);
  };
  if (runsInRealTime(rule)) {
    const series = new RunningRecurrence(rule, startMs, common);
    refuseImpossible(series.from(originMs));
    const instants = extra.map((wallMs) => placeInZone(zone, wallMs).instantMs).sort((a, b) => a - b);
    return new RunningPlan({ ...common, series, ...limits, ...counted(originMs), extra: instants });
  }
  const series = new RecurrenceSeries(rule, startMs, steps);
  refuseImpossible(series.from(startMs));
  return new WallPlan({ ...common, series, limits: { ...limits, ...counted(startMs), extra } });
}
