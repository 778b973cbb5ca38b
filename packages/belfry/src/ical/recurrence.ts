import { DAY_MS, dayOfWall } from "../time/calendar.ts";
import { planOf, readSchedule, ScheduleError } from "../time/schedule.ts";
import { formatWallClock } from "../time/wall-clock.ts";
import type { VEvent } from "./read-event.ts";
import { formatDateTimeValue, readTimeValue } from "./time-value.ts";

/** Which occurrences are wanted: those that are not over at `fromMs` and begin before `toMs`. */
export interface Horizon {
  fromMs: number;
  toMs: number;
}

/** Occurrences of one event at most. */
export const MOST_OCCURRENCES = 1000;

/** No wall clock is further from UTC. */
const AROUND_MS = DAY_MS;

export type Recurrence = { ok: true; walls: number[] } | { ok: false; message: string; allowed: string };

export function isRecurring({ rule, added }: VEvent): boolean {
  return rule !== null || added.length > 0;
}

/** When an event that recurs begins inside a horizon, on its own clock, soonest first. */
export function recurrenceOf(event: VEvent, horizon: Horizon): Recurrence {
  const { excluded, excludedDays, added, startMs, rule } = event;
  let ofRule: Recurrence;
  try {
    ofRule = rule === null ? { ok: true, walls: [startMs] } : wallsOfRule(event, rule.value, horizon);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const [issue] = error.issues;
    return {
      ok: false,
      message: issue?.message ?? "is not right",
      allowed: issue?.allowed ?? "an RRULE of RFC 5545",
    };
  }
  if (!ofRule.ok) return ofRule;
  const out = new Set(excluded);
  const daysOut = new Set(excludedDays.map(dayOfWall));
  const walls = [...new Set([...ofRule.walls, ...added])]
    .filter((wallMs) => !out.has(wallMs) && !daysOut.has(dayOfWall(wallMs)))
    .filter((wallMs) => isWanted(event, wallMs, horizon));
  return walls.length > MOST_OCCURRENCES ? TOO_MANY : { ok: true, walls: walls.sort((a, b) => a - b) };
}

const TOO_MANY: Recurrence = {
  ok: false,
  message: `recurs more than ${MOST_OCCURRENCES} times in the year to come`,
  allowed: `at most ${MOST_OCCURRENCES} occurrences in that time`,
};

/** The rule is followed on the wall clock; only then its times are placed in their zone. */
function wallsOfRule(event: VEvent, rule: string, { fromMs, toMs }: Horizon): Recurrence {
  const { startMs, length } = event;
  const context = { acceptedAtMs: startMs, timeZone: "UTC" };
  const start = formatWallClock(startMs);
  const schedule = readSchedule({ rrule: localRule(event, rule), start, timeZone: "UTC" }, context);
  const plan = planOf(schedule, context);
  const walls: number[] = [];
  let next = plan.next(fromMs - length.days * DAY_MS - length.ms - AROUND_MS);
  for (; next !== null && next.dueMs < toMs + AROUND_MS; next = plan.next(next.dueMs)) {
    walls.push(next.dueMs);
    // Some lie in the margins, others are excluded.
    if (walls.length > 4 * MOST_OCCURRENCES) return TOO_MANY;
  }
  return { ok: true, walls };
}

/** UNTIL is in UTC where the event has a zone (RFC 5545, 3.3.10): here it is brought onto the event's wall clock. */
function localRule({ clock }: VEvent, rule: string): string {
  return rule.trim().replace(/UNTIL=([^;]+)/i, (whole, until: string) => {
    const value = readTimeValue({ params: new Map(), value: until });
    const wallMs = value?.kind === "utc" ? clock.wallOf(value) : null;
    return wallMs === null ? whole : `UNTIL=${formatDateTimeValue(wallMs)}Z`;
  });
}

/** Whether it is not over, and begins early enough; what has no zone of its own may be elsewhere in the world. */
export function isWanted({ clock, length }: VEvent, wallMs: number, { fromMs, toMs }: Horizon): boolean {
  const aroundMs = clock.kind === "zoned" ? 0 : AROUND_MS;
  const startMs = clock.instantOf(wallMs);
  const endMs = startMs + length.days * DAY_MS + length.ms;
  return endMs + aroundMs >= fromMs && startMs < toMs;
}
