import { placeInZone } from "../time/placement.ts";
import { resolveTimeZone, ScheduleError, zoneNamed } from "../time/schedule.ts";
import { type Component, propertyOf } from "./components.ts";
import { readZoneDefinition, type ZoneDefinition } from "./zone-definition.ts";

/** The zones that the times of a file are in, by their TZID; null for one that is not known. */
export type Zones = (tzid: string) => ZoneDefinition | null;

/**
 * A TZID is the name of an IANA zone, perhaps behind a prefix (`/citadel.org/…/Europe/Berlin`), or any name that
 * the file's own VTIMEZONE explains (RFC 5545, 3.8.3.1). The names of IANA come first: their data is newer.
 */
export function zonesOf(calendar: Component): Zones {
  const described = new Map<string, Component>();
  for (const component of calendar.components) {
    const tzid = propertyOf(component, "TZID")?.value.trim();
    if (component.name === "VTIMEZONE" && tzid !== undefined) described.set(tzid, component);
  }
  const known = new Map<string, ZoneDefinition | null>();
  return (tzid) => {
    let zone = known.get(tzid);
    if (zone === undefined) {
      zone = findZone(tzid, described.get(tzid));
      known.set(tzid, zone);
    }
    return zone;
  };
}

function findZone(tzid: string, described: Component | undefined): ZoneDefinition | null {
  const location = described && propertyOf(described, "X-LIC-LOCATION")?.value.trim();
  for (const name of [...namesIn(tzid), ...(location === undefined ? [] : [location])]) {
    const zone = ianaZone(name);
    if (zone) return zone;
  }
  return described ? readZoneDefinition(described) : null;
}

/** The name, then what it ends with: `Europe/Berlin` of `/citadel.org/20250101_1/Europe/Berlin`. */
function namesIn(tzid: string): string[] {
  const parts = tzid.split("/").filter((part) => part !== "");
  return [tzid, parts.slice(-3).join("/"), parts.slice(-2).join("/")];
}

function ianaZone(name: string): ZoneDefinition | null {
  try {
    const zone = zoneNamed(resolveTimeZone(name));
    return {
      place: (wallMs) => placeInZone(zone, wallMs).instantMs,
      wallAt: (instantMs) => zone.wallAt(instantMs),
    };
  } catch (error) {
    if (error instanceof ScheduleError) return null;
    throw error;
  }
}
