import { DAY_MS, HOUR_MS } from "./calendar.ts";
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

/** The wall clock that ends the gap in which a wall clock was skipped. */
export function endOfGap(zone: Zone, placed: Placement): number {
  const gap = zone.transitionIn(placed.instantMs - placed.shiftMs, placed.instantMs);
  return gap ? gap.instantMs + gap.afterMs : zone.wallAt(placed.instantMs);
}

/** Wall clocks that are placed after an instant: all those from one on and, shortly after a gap, part of the gap. */
export interface WallsAfter {
  fromMs: number;
  skipped: { fromMs: number; lastMs: number } | null;
}

/** Which wall clocks {@link placeInZone} places after an instant. */
export function wallsAfter(zone: Zone, afterMs: number): WallsAfter {
  const fromMs = zone.wallAt(afterMs) + 1;
  const change = zone.transitionIn(afterMs - 25 * HOUR_MS, afterMs);
  if (!change) return { fromMs, skipped: null };
  const gapMs = change.afterMs - change.beforeMs;
  if (afterMs >= change.instantMs + Math.abs(gapMs)) return { fromMs, skipped: null };
  // In the second pass of a repeated stretch: all of it was placed in the first.
  if (gapMs < 0) return { fromMs: change.instantMs + change.beforeMs, skipped: null };
  const lastMs = change.instantMs + change.afterMs - 1;
  return { fromMs, skipped: { fromMs: afterMs + change.beforeMs + 1, lastMs } };
}
