import { formatInstant } from "./instant.ts";
import type { Placement } from "./placement.ts";
import { formatOffset, formatWallClock } from "./wall-clock.ts";
import { type Zone, zoneDataVersion } from "./zone.ts";

/** How a nominal time became an instant. */
export interface Resolution {
  /**
   * `exact`: nothing to decide; `gap`: the time was skipped and moved forward by the gap; `fold`: it
   * comes twice and the first is meant; `leap-day`: 29 February in a common year.
   */
  kind: "exact" | "gap" | "fold" | "leap-day";
  /** Why, in words; absent when exact. */
  note?: string;
  /** The zone it was read in, null for instants and intervals. */
  timeZone: string | null;
  /** Version of the zone data, such as `2026c`. */
  zoneData: string;
}

/** One ring of a rule. */
export interface Occurrence {
  /** Identity within the series: the nominal time; for yearly the year (`2027`). */
  key: string;
  /**
   * What the rule says: `2026-03-15T09:00` on the wall clock (seconds when not zero), with its offset
   * (`2026-11-01T01:30-04:00`) for rules of minutes and hours; the instant for instants and intervals.
   */
  nominal: string;
  /** When it is due, in milliseconds since 1970. */
  dueMs: number;
  resolution: Resolution;
}

/** An occurrence at an instant that no zone had a part in. */
export function occurrenceAt(dueMs: number): Occurrence {
  const nominal = formatInstant(dueMs);
  return {
    key: nominal,
    nominal,
    dueMs,
    resolution: { kind: "exact", timeZone: null, zoneData: zoneDataVersion() },
  };
}

/** An occurrence of a rule that runs in real time: its wall clock carries its offset. */
export function occurrenceWithOffset(dueMs: number, zone: Zone): Occurrence {
  const offsetMs = zone.offsetAt(dueMs);
  const nominal = formatWallClock(dueMs + offsetMs) + formatOffset(offsetMs);
  const resolution: Resolution = { kind: "exact", timeZone: zone.name, zoneData: zoneDataVersion() };
  return { key: nominal, nominal, dueMs, resolution };
}

/** An occurrence named by its wall clock and placed in a zone. */
export function occurrenceOnWall(wallMs: number, placed: Placement, zone: Zone): Occurrence {
  const nominal = formatWallClock(wallMs);
  return { key: nominal, nominal, dueMs: placed.instantMs, resolution: resolutionOf(wallMs, placed, zone) };
}

function resolutionOf(wallMs: number, placed: Placement, zone: Zone): Resolution {
  const resolution: Resolution = { kind: placed.kind, timeZone: zone.name, zoneData: zoneDataVersion() };
  if (placed.kind !== "exact") resolution.note = noteOf(wallMs, placed, zone);
  return resolution;
}

function noteOf(wallMs: number, placed: Placement, zone: Zone): string {
  const minutes = placed.shiftMs / 60_000;
  const wall = formatWallClock(wallMs);
  if (placed.kind === "fold") {
    return `${wall} comes twice in ${zone.name}, ${minutes} minutes apart; the first is taken`;
  }
  const moved = formatWallClock(zone.wallAt(placed.instantMs));
  return `${wall} is skipped in ${zone.name}; it moves forward by ${minutes} minutes to ${moved}`;
}
