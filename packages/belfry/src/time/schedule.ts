/** The public face of the pure core of time: schedules in, occurrences out. */
export { durationWords, parseDuration } from "./duration.ts";
export { formatInstant, parseInstant } from "./instant.ts";
export { occurrencesNamed } from "./named-occurrences.ts";
export type { Occurrence, Resolution } from "./occurrence.ts";
export type { Plan, PlanContext } from "./plan.ts";
export { planOf, refusePast } from "./plan-of.ts";
export { ScheduleError, type ScheduleErrorCode, type ScheduleIssue } from "./schedule-error.ts";
export { readSchedule } from "./schedule-reader.ts";
export type {
  AtSchedule,
  CronSchedule,
  EverySchedule,
  InSchedule,
  RecurrenceSchedule,
  Schedule,
  ScheduleEnd,
  YearlySchedule,
} from "./schedule-shape.ts";
export { formatWallClock, parseDate, parseWallClock } from "./wall-clock.ts";
export { UnknownZoneError, zoneDataVersion, zoneNamed } from "./zone.ts";
export { resolveTimeZone } from "./zone-name.ts";
