import { type Occurrence, type Plan, zoneDataVersion } from "../time/schedule.ts";

/** Zones have been moved across the date line, and no further. */
const FURTHEST_MS = 26 * 3_600_000;

/** The occurrence of the same name in a plan, wherever it is there; null if the plan has none. */
export function sameOccurrence(plan: Plan, { key, dueMs }: Occurrence): Occurrence | null {
  let found = plan.next(dueMs - FURTHEST_MS);
  while (found !== null && found.key !== key && found.dueMs <= dueMs + FURTHEST_MS)
    found = plan.next(found.dueMs);
  return found?.key === key ? found : null;
}

/**
 * An occurrence as this process places it, if another one placed it with other zone data: while processes are
 * replaced by newer ones, those with older data may have planned after the newer ones had looked.
 */
export function placedAnew(
  plan: Plan,
  next: Occurrence | null,
  zoneData: string = zoneDataVersion(),
): Occurrence | null {
  if (next === null || next.resolution.timeZone === null || next.resolution.zoneData === zoneData)
    return next;
  return sameOccurrence(plan, next) ?? next;
}
