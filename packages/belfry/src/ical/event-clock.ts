import { DAY_MS } from "../time/calendar.ts";
import { formatInstant } from "../time/schedule.ts";
import { formatDate, formatWallClock } from "../time/wall-clock.ts";
import type { LengthValue, TimeValue } from "./time-value.ts";
import type { ZoneDefinition } from "./zone-definition.ts";
import type { Zones } from "./zones.ts";

/** How the times of one event are read and written: as dates, on the wall clock of its reader, or in a zone. */
export interface EventClock {
  kind: "date" | "floating" | "zoned";
  /** As Belfry takes it: `2026-12-01`, `2026-12-01T09:00` or `2026-12-01T08:00:00Z`. */
  format(wallMs: number): string;
  /** What begins at a wall clock and lasts so long ends then; undefined: at once. */
  formatEnd(wallMs: number, length: LengthValue): string | undefined;
  /** Its instant; for dates and floating times that of UTC, which may be 14 hours off. */
  instantOf(wallMs: number): number;
  /** Another time as a wall clock of this one; null: its zone is not known. */
  wallOf(value: TimeValue): number | null;
}

/** Null if the zone is not known. */
export function clockOf(start: TimeValue, zones: Zones): EventClock | null {
  if (start.kind === "date") return dateClock(zones);
  if (start.kind === "utc") return zonedClock(UTC, zones);
  if (start.tzid === null) return floatingClock(zones);
  const zone = zones(start.tzid);
  return zone && zonedClock(zone, zones);
}

const UTC: ZoneDefinition = { place: (wallMs) => wallMs, wallAt: (instantMs) => instantMs };

function dateClock(zones: Zones): EventClock {
  const format = (wallMs: number): string => formatDate(Math.floor(wallMs / DAY_MS));
  return {
    kind: "date",
    format,
    formatEnd: (wallMs, { days }) => format(wallMs + days * DAY_MS),
    instantOf: (wallMs) => wallMs,
    wallOf: (value) => wallAsWritten(value, zones, UTC),
  };
}

function floatingClock(zones: Zones): EventClock {
  return {
    kind: "floating",
    format: formatWallClock,
    formatEnd: (wallMs, { days, ms }) =>
      days === 0 && ms === 0 ? undefined : formatWallClock(wallMs + days * DAY_MS + ms),
    instantOf: (wallMs) => wallMs,
    wallOf: (value) => wallAsWritten(value, zones, UTC),
  };
}

function zonedClock(zone: ZoneDefinition, zones: Zones): EventClock {
  return {
    kind: "zoned",
    format: (wallMs) => formatInstant(zone.place(wallMs)),
    formatEnd: (wallMs, { days, ms }) =>
      days === 0 && ms === 0 ? undefined : formatInstant(zone.place(wallMs + days * DAY_MS) + ms),
    instantOf: (wallMs) => zone.place(wallMs),
    wallOf: (value) => wallAsWritten(value, zones, zone),
  };
}

/** What has no zone of its own is on this clock already. */
function wallAsWritten(value: TimeValue, zones: Zones, zone: ZoneDefinition): number | null {
  if (value.kind === "utc") return zone.wallAt(value.wallMs);
  if (value.kind === "date" || value.tzid === null) return value.wallMs;
  const other = zones(value.tzid);
  return other && zone.wallAt(other.place(value.wallMs));
}
