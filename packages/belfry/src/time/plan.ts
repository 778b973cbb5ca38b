import { DAY_MS, FIRST_INSTANT, LAST_INSTANT } from "./calendar.ts";
import type { Occurrence } from "./occurrence.ts";
import { SEARCH_DAYS } from "./series.ts";

/** What a schedule is read against. */
export interface PlanContext {
  /** When the schedule was accepted, in milliseconds since 1970: the origin of `in`, `every` and counts of cron. */
  acceptedAtMs: number;
  /** Zone in which a floating rule is read: the recipient's, else the tenant's. */
  timeZone: string;
  /** The recipient's dates: `{ birthday: "1990-02-29" }`, or `"--02-29"` without a year. */
  dates?: Record<string, string>;
}

/** A schedule made ready to be asked for its occurrences. */
export interface Plan {
  /** It may ring more than once. */
  readonly recurring: boolean;
  /** It is read in the recipient's zone, because it names none. */
  readonly floating: boolean;
  /** The zone it is read in; null for instants, `in` and `every`. */
  readonly timeZone: string | null;
  /** First occurrence due strictly after `afterMs`, or null when it is exhausted or none comes within 100 years. */
  next(afterMs: number): Occurrence | null;
  /** Last occurrence due at or before `atMs` and after `notBeforeMs`, or null. */
  previous(atMs: number, notBeforeMs: number): Occurrence | null;
  /** 7 days for one-off rules and rules a week or more apart, else 24 hours. */
  readonly defaultUsefulForMs: number;
  /** The schedule in words: `every weekday at 08:30, Europe/Paris`. */
  readonly text: string;
}

const WEEK_MS = 7 * DAY_MS;
/** A week across a change of clocks may be an hour short. */
const ABOUT_A_WEEK_MS = WEEK_MS - 2 * 3_600_000;
const SAMPLE = 24;

/** A caller's bound as a whole number of milliseconds in the years 0001 to 9999. */
export function clampInstant(ms: number): number {
  if (Number.isNaN(ms)) return LAST_INSTANT;
  return Math.floor(Math.min(Math.max(ms, FIRST_INSTANT), LAST_INSTANT));
}

/** First occurrence due after an instant; beyond `notAfterMs` it need not look. */
export type Next = (afterMs: number, notAfterMs: number) => Occurrence | null;

/** The shortest look back that holds an occurrence, four times as long each time: [it, end of what is not yet empty]. */
function lookBack(next: Next, earliestMs: number, atMs: number): [Occurrence, number] | null {
  let high = atMs;
  for (let span = 1000; high > earliestMs; span *= 4) {
    const low = Math.max(atMs - span, earliestMs);
    const found = next(low, high);
    if (found && found.dueMs <= high) return [found, high];
    high = low;
  }
  return null;
}

/**
 * The last occurrence due at or before `atMs` and after `notBeforeMs`, found with `next` alone: look
 * back ever further until there is one, then halve the stretch that holds the last. No stretch is
 * searched beyond its end, so that all of it costs no more than a few searches of the whole.
 */
export function previousByNext(next: Next, atMs: number, notBeforeMs: number): Occurrence | null {
  const at = clampInstant(atMs);
  const found = lookBack(next, Math.max(clampInstant(notBeforeMs), at - SEARCH_DAYS * DAY_MS), at);
  if (!found) return null;
  let [last, high] = found;
  while (last.dueMs < high) {
    const middle = Math.floor((last.dueMs + high) / 2);
    const later = next(middle, high);
    if (later && later.dueMs <= high) last = later;
    else if (middle === last.dueMs) return last;
    else high = middle;
  }
  return last;
}

/** How long an occurrence stays useful, from the first gaps between occurrences. */
export function usefulFor(plan: Pick<Plan, "next">, fromMs: number): number {
  let last = plan.next(fromMs);
  for (let taken = 0; last && taken < SAMPLE; taken++) {
    const following = plan.next(last.dueMs);
    if (following && following.dueMs - last.dueMs < ABOUT_A_WEEK_MS) return DAY_MS;
    last = following;
  }
  return WEEK_MS;
}
