import { parseInstant } from "./instant.ts";
import type { Occurrence } from "./occurrence.ts";
import { placeInZone } from "./placement.ts";
import type { Plan } from "./plan.ts";
import { formatWallClock, parseWallClock } from "./wall-clock.ts";
import { zoneNamed } from "./zone.ts";

/**
 * The occurrences of a plan that a text names: by nominal time, by instant, or by the wall clock in the
 * plan's zone. There are two when a wall clock comes twice and the rule rings both times.
 */
export function occurrencesNamed(plan: Plan, text: string): Occurrence[] {
  const instantMs = parseInstant(text);
  if (instantMs !== null) return dueAt(plan, instantMs);
  const wallMs = parseWallClock(text);
  if (wallMs === null || plan.timeZone === null) return [];
  const zone = zoneNamed(plan.timeZone);
  const placed = placeInZone(zone, wallMs);
  const second = placed.kind === "fold" ? dueAt(plan, placed.instantMs + placed.shiftMs) : [];
  // A rule that runs in real time has no time in a gap, where one on the wall clock has moved it.
  return [...dueAt(plan, placed.instantMs), ...second].filter(({ nominal, dueMs }) => {
    return nominal === formatWallClock(wallMs) || zone.wallAt(dueMs) === wallMs;
  });
}

function dueAt(plan: Plan, instantMs: number): Occurrence[] {
  const found = plan.next(instantMs - 1);
  return found?.dueMs === instantMs ? [found] : [];
}
