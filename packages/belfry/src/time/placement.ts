import { DAY_MS } from "./calendar.ts";
import type { Zone } from "./zone.ts";

/** Where a wall clock falls in a zone. */
export interface Placement {
  instantMs: number;
  /** `gap`: that time was skipped and moved forward; `fold`: it comes twice and this is the first. */
  kind: "exact" | "gap" | "fold";
  /** Length of the gap or of the repeated stretch; 0 when exact. */
  shiftMs: number;
}

/**
 * Places a wall clock in a zone: a time in a gap moves forward by the gap, a repeated one takes the
 * first pass (RFC 5545 §3.3.5; `compatible` in Temporal). It takes the offsets a day before and
 * after, and supposes that a zone changes at most once between them.
 */
export function placeInZone(zone: Zone, wallMs: number): Placement {
  const before = zone.offsetAt(wallMs - DAY_MS);
  const after = zone.offsetAt(wallMs + DAY_MS);
  const early = wallMs - before;
  if (before === after) return { instantMs: early, kind: "exact", shiftMs: 0 };
  const late = wallMs - after;
  const earlyHolds = zone.offsetAt(early) === before;
  const lateHolds = zone.offsetAt(late) === after;
  if (earlyHolds)
    return { instantMs: early, kind: lateHolds ? "fold" : "exact", shiftMs: lateHolds ? late - early : 0 };
  if (lateHolds) return { instantMs: late, kind: "exact", shiftMs: 0 };
  return { instantMs: early, kind: "gap", shiftMs: early - late };
}

/** The last instant at which a zone's clocks show a wall clock: the second pass of a repeated one. */
export function lastInstantOf(zone: Zone, wallMs: number): number {
  const placed = placeInZone(zone, wallMs);
  return placed.kind === "fold" ? placed.instantMs + placed.shiftMs : placed.instantMs;
}

/**
 * A wall clock from which to look for times placed after an instant. Shortly after a gap, times from
 * inside the gap are still to come, so the search begins that much earlier.
 */
export function wallToSearchFrom(zone: Zone, afterMs: number): number {
  const wallMs = zone.wallAt(afterMs);
  const transition = zone.transitionIn(afterMs - 25 * 3_600_000, afterMs);
  if (!transition) return wallMs;
  const gapMs = transition.afterMs - transition.beforeMs;
  return gapMs > 0 && afterMs < transition.instantMs + gapMs ? wallMs - gapMs : wallMs;
}
