import { DAY_MS } from "../time/calendar.ts";
import { type Plan, planOf, readSchedule } from "../time/schedule.ts";
import { formatWallClock } from "../time/wall-clock.ts";
import { type Component, propertiesOf, propertyOf } from "./components.ts";
import { formatDateTimeValue, readTimeValue, readTimeValues } from "./time-value.ts";

/** Where wall clocks fall, by the zone's own description in the file. */
export interface ZoneDefinition {
  /** The instant of a wall clock: one in a gap moves forward by it, a repeated one is the first. */
  place(wallMs: number): number;
  /** The wall clock of an instant. */
  wallAt(instantMs: number): number;
}

/** A stretch of standard or summer time, which begins again and again (RFC 5545, 3.6.5). */
interface Observance {
  beforeMs: number;
  afterMs: number;
  startMs: number;
  dates: readonly number[];
  plan: Plan | null;
  /** The stretch that was asked for last: most times that are asked for lie in one. */
  known: Stretch | null;
}

/** From one onset until the next, which it does not include. */
interface Stretch {
  fromMs: number;
  toMs: number;
}

const OFFSET = /^([+-])(\d{2})(\d{2})(\d{2})?$/;
/** No rule of a zone rests for longer, as long as it goes on. */
const RULE_YEAR_MS = 400 * DAY_MS;

/** What a VTIMEZONE says; null if that is not right. */
export function readZoneDefinition(zone: Component): ZoneDefinition | null {
  const parts = zone.components.filter(({ name }) => name === "STANDARD" || name === "DAYLIGHT");
  const observances = parts.map(readObservance).filter((one) => one !== null);
  if (observances.length === 0 || observances.length < parts.length || zone.faults.length > 0) return null;
  const place = (wallMs: number): number => wallMs - offsetFor(observances, wallMs);
  return {
    place,
    // An onset stands on the clock that it ends, so a wall clock that is near enough finds its offset.
    wallAt: (instantMs) => {
      const offsets = observances.flatMap(({ beforeMs, afterMs }) => [beforeMs, afterMs]);
      const wall = offsets.map((offset) => instantMs + offset).find((one) => place(one) === instantMs);
      return wall ?? instantMs + offsetFor(observances, instantMs);
    },
  };
}

function readObservance(part: Component): Observance | null {
  const start = propertyOf(part, "DTSTART");
  const startValue = start && readTimeValue(start);
  const beforeMs = offsetOf(propertyOf(part, "TZOFFSETFROM")?.value);
  const afterMs = offsetOf(propertyOf(part, "TZOFFSETTO")?.value);
  if (!startValue || beforeMs === null || afterMs === null || part.faults.length > 0) return null;
  const dates = propertiesOf(part, "RDATE").flatMap((line) => readTimeValues(line) ?? []);
  const startMs = startValue.wallMs;
  const rule = propertyOf(part, "RRULE")?.value;
  try {
    const plan = rule === undefined ? null : planOfRule(rule, { startMs, beforeMs });
    return { beforeMs, afterMs, startMs, dates: dates.map(({ wallMs }) => wallMs), plan, known: null };
  } catch {
    return null;
  }
}

/** On the wall clock that it ends, as if that were UTC; but its UNTIL is in real UTC. */
function planOfRule(rule: string, { startMs, beforeMs }: { startMs: number; beforeMs: number }): Plan {
  const rrule = rule.replace(/UNTIL=(\d{8}T\d{6}Z)/i, (whole, until: string) => {
    const value = readTimeValue({ params: new Map(), value: until });
    return value ? `UNTIL=${formatDateTimeValue(value.wallMs + beforeMs)}Z` : whole;
  });
  const context = { acceptedAtMs: startMs, timeZone: "UTC" };
  const schedule = readSchedule({ rrule, start: formatWallClock(startMs), timeZone: "UTC" }, context);
  return planOf(schedule, context);
}

function offsetFor(observances: readonly Observance[], wallMs: number): number {
  let latest: { onsetMs: number; observance: Observance } | null = null;
  for (const observance of observances) {
    const onsetMs = lastOnset(observance, wallMs);
    if (onsetMs !== null && (latest === null || onsetMs > latest.onsetMs)) latest = { onsetMs, observance };
  }
  const [first] = [...observances].sort((a, b) => a.startMs - b.startMs);
  if (latest === null) return first?.beforeMs ?? 0;
  const { beforeMs, afterMs } = latest.observance;
  const isSkipped = wallMs < latest.onsetMs + (afterMs - beforeMs);
  return isSkipped ? beforeMs : afterMs;
}

/** When it last began on a wall clock, which is not after the one given. */
function lastOnset(observance: Observance, wallMs: number): number | null {
  if (wallMs < observance.startMs) return null;
  const { known } = observance;
  if (known === null || wallMs < known.fromMs || wallMs >= known.toMs)
    observance.known = stretchAround(observance, wallMs);
  return observance.known?.fromMs ?? null;
}

function stretchAround({ startMs, dates, plan }: Observance, wallMs: number): Stretch {
  const onsets = [startMs, ...dates];
  for (let backMs = RULE_YEAR_MS; plan !== null; backMs *= 2) {
    let next = plan.next(wallMs - backMs);
    const isFound = next !== null && next.dueMs <= wallMs;
    for (; next !== null && next.dueMs <= wallMs; next = plan.next(next.dueMs)) onsets.push(next.dueMs);
    if (next) onsets.push(next.dueMs);
    if (isFound || wallMs - backMs < startMs) break;
  }
  return {
    fromMs: Math.max(...onsets.filter((onset) => onset <= wallMs)),
    toMs: Math.min(...onsets.filter((onset) => onset > wallMs), Number.POSITIVE_INFINITY),
  };
}

function offsetOf(text: string | undefined): number | null {
  const [, sign, hours, minutes, seconds = "0"] = OFFSET.exec(text?.trim() ?? "") ?? [];
  if (sign === undefined) return null;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -ms : ms;
}
