import type { PlanContext } from "./plan.ts";
import { invalid, ScheduleError } from "./schedule-error.ts";
import { parseUntil, type Until } from "./until.ts";
import { type Zone, zoneNamed } from "./zone.ts";
import { resolveTimeZone } from "./zone-name.ts";

/** The zone of a wall-clock rule: its own, else (floating) that of the context. */
export interface ReadIn {
  zone: Zone;
  floating: boolean;
}

/** The zone that a wall-clock rule is read in; throws ScheduleError `unknown_time_zone`. */
export function zoneOf(schedule: { timeZone?: string }, context: PlanContext): ReadIn {
  const floating = schedule.timeZone === undefined;
  return { zone: zoneNamed(resolveTimeZone(schedule.timeZone ?? context.timeZone)), floating };
}

/** A value that {@link readSchedule} has checked; a schedule from elsewhere gets a ScheduleError. */
export function checked<T>(value: T | null, path: string, given: unknown): T {
  if (value !== null) return value;
  throw invalid({
    path: [path],
    value: given,
    message: `${path} cannot be read`,
    allowed: "a validated schedule",
  });
}

/** The end that stands beside a rule, or nothing. */
export function untilOf(schedule: { until?: string }): { until?: Until } {
  if (schedule.until === undefined) return {};
  return { until: checked(parseUntil(schedule.until), "until", schedule.until) };
}

/** The refusal of a rule that no date matches. */
export function impossible(path: string, value: unknown): ScheduleError {
  const message = "no date will ever match this rule";
  const allowed = "a rule that some date of the next 100 years matches";
  return new ScheduleError("impossible_schedule", [{ path: [path], value, message, allowed }]);
}
