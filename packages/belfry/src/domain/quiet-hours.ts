import { parseTimeOfDay, quietEnd } from "../time/quiet-time.ts";

/** When a recipient is not to be disturbed, on their own clocks. */
export interface QuietHours {
  /** `22:00` */
  from: string;
  /** `07:00`: the first moment that is no longer quiet; before `from`: on the next day. */
  to: string;
  /** Days on which it begins, 1 (Monday) to 7 (Sunday); absent: every day. */
  days?: readonly number[];
}

/**
 * When the quiet ends in which an instant lies; null if it lies in none.
 *
 * @param timeZone the recipient's zone
 */
export function quietUntil(quiet: QuietHours, timeZone: string, atMs: number): number | null {
  const fromMs = parseTimeOfDay(quiet.from);
  const toMs = parseTimeOfDay(quiet.to);
  if (fromMs === null || toMs === null || fromMs === toMs) return null;
  return quietEnd({ fromMs, toMs, days: quiet.days ?? null }, timeZone, atMs);
}
