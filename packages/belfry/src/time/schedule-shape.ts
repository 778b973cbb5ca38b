import type { LeapDayRule } from "./yearly-series.ts";

/** How a recurring rule ends: whichever comes first. */
export interface ScheduleEnd {
  /** Inclusive: an instant, or a wall clock or day in the rule's zone. */
  until?: string;
  /** How many occurrences, before exdates; 1 to 100 000. */
  count?: number;
}

export interface AtSchedule {
  /** `2026-12-01T09:00:00+01:00` (an instant) or `2026-12-01T09:00` (a wall clock). */
  at: string;
  /** IANA zone of a wall clock; without it the rule floats. */
  timeZone?: string;
}

export interface InSchedule {
  /** ISO 8601 duration from acceptance; days are 24 hours. */
  in: string;
}

export interface EverySchedule extends ScheduleEnd {
  /** ISO 8601 duration of hours, minutes and seconds; at least one second. */
  every: string;
  /** Instant of the first occurrence; without it, the first comes one interval after acceptance. */
  start?: string;
}

export interface CronSchedule extends ScheduleEnd {
  /** Five fields. */
  cron: string;
  timeZone?: string;
}

export interface RecurrenceSchedule extends ScheduleEnd {
  /** RFC 5545 §3.3.10. */
  rrule: string;
  /** Wall clock. */
  start: string;
  /** Wall clocks, days or instants to leave out. */
  exdates?: string[];
  /** Wall clocks, days or instants to add. */
  rdates?: string[];
  timeZone?: string;
}

export interface YearlySchedule extends ScheduleEnd {
  yearly: {
    /** `03-15`, or the name of one of the recipient's dates. */
    on: string | { recipientDate: string };
    /** `09:00`. */
    time: string;
    /** When 29 February is kept in a common year; default `feb-28`. */
    leapDay?: LeapDayRule;
  };
  timeZone?: string;
}

/** A validated schedule, stored as the user gave it. */
export type Schedule =
  | AtSchedule
  | InSchedule
  | EverySchedule
  | CronSchedule
  | RecurrenceSchedule
  | YearlySchedule;
