import { DAY_MS } from "./calendar.ts";
import type { PlanContext } from "./plan.ts";
import { checked } from "./plan-parts.ts";
import { planRule } from "./plan-rule.ts";
import type { RecurrenceSchedule } from "./schedule-shape.ts";
import { READING_STEPS, SearchSteps } from "./search-steps.ts";
import { parseWallClock } from "./wall-clock.ts";

/** Rules that began later are counted in {@link READING_STEPS} at most: no need to try. */
const LONG_AGO_MS = 200 * 366 * DAY_MS;

/**
 * Tries a rule that began centuries ago: if it has a count, its occurrences since then are counted, which
 * may take long. Throws ScheduleError `invalid_schedule` when it takes more than {@link READING_STEPS}.
 */
export function refuseLongSearch(schedule: RecurrenceSchedule, context: PlanContext): void {
  const startMs = checked(parseWallClock(schedule.start), "start", schedule.start);
  if (context.acceptedAtMs - startMs < LONG_AGO_MS) return;
  const steps = new SearchSteps("rrule", schedule.rrule, READING_STEPS);
  planRule(schedule, context, steps).next(context.acceptedAtMs);
}
