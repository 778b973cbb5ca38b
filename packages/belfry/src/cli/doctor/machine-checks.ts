import { OLDEST_NODE } from "../../config/version.ts";
import type { Finding } from "../../domain/finding.ts";
import { zoneDataVersion, zoneNamed } from "../../time/zone.ts";

const HOUR_MS = 3_600_000;
/** Winter and summer in New York: UTC-5 and UTC-4. */
const WINTER_MS = Date.UTC(2026, 0, 15, 12);
const SUMMER_MS = Date.UTC(2026, 6, 15, 12);

/** Whether this Node runs Belfry. */
export function nodeFinding(version: string): Finding {
  const text = `Node ${version}`;
  if (compare(version, OLDEST_NODE) >= 0) return { check: "node", status: "ok", text };
  return { check: "node", status: "fail", text, mend: `install Node ${OLDEST_NODE} or newer` };
}

function compare(left: string, right: string): number {
  const others = right.split(".").map(Number);
  const differences = left.split(".").map((part, index) => Number(part) - (others[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Whether Node knows the zones at all, and whether it knows their rules of today. */
export function zoneFindings(nowMs: number, version = zoneDataVersion()): Finding[] {
  return [zonesFinding(), zoneDataFinding(nowMs, version)];
}

function zonesFinding(): Finding {
  const offsets = [WINTER_MS, SUMMER_MS].map(
    (instant) => zoneNamed("America/New_York").offsetAt(instant) / HOUR_MS,
  );
  if (offsets.join() === "-5,-4")
    return { check: "zones", status: "ok", text: "zones and their summer time are known" };
  const text = "this Node has no zones: New York is at UTC-5 in winter and UTC-4 in summer";
  return {
    check: "zones",
    status: "fail",
    text,
    mend: "install a Node with full ICU, as nodejs.org gives it",
  };
}

/**
 * Zone data is named by its year, `2026c`, so it is older than a year for certain once the year after
 * that is over.
 */
function zoneDataFinding(nowMs: number, version: string): Finding {
  const year = Number(/^\d{4}/.exec(version)?.[0]);
  const check = "zone data";
  const mend = "install a newer Node: it brings the zone data that it knows";
  if (Number.isNaN(year))
    return { check, status: "warn", text: `its version is not known ("${version}")`, mend };
  const isOld = new Date(nowMs).getUTCFullYear() >= year + 2;
  if (!isOld) return { check, status: "ok", text: version };
  return {
    check,
    status: "warn",
    text: `${version} is more than a year old; governments move clocks each year`,
    mend,
  };
}
