import { civilDate, DAY_MS, dayOfWall, firstDayOfYear, isLeapYear, weekdayOf } from "./calendar.ts";
import { type Transition, ZoneOffsets } from "./zone-offsets.ts";

const MAX_ZONES = 1024;
/** The first of 28 years that between them have every calendar: any weekday first, leap or common. */
const FIRST_FAR_YEAR = 2101;
const FIRST_FAR_MS = firstDayOfYear(FIRST_FAR_YEAR) * DAY_MS;

export type { Transition } from "./zone-offsets.ts";

/** A time whose offsets are those of so many milliseconds before. */
interface Alike {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  shiftMs: number;
}

const NEAR: Alike = { fromMs: Number.NEGATIVE_INFINITY, toMs: FIRST_FAR_MS, shiftMs: 0 };

const alikeYears = new Map<number, number>();

/** The first far year with the same calendar as another; each of the 14 calendars is looked for once. */
function alikeYear(year: number): number {
  const calendar = weekdayOf(firstDayOfYear(year)) + (isLeapYear(year) ? 7 : 0);
  let alike = alikeYears.get(calendar);
  if (alike === undefined) {
    alike = FIRST_FAR_YEAR;
    while (weekdayOf(firstDayOfYear(alike)) + (isLeapYear(alike) ? 7 : 0) !== calendar) alike++;
    alikeYears.set(calendar, alike);
  }
  return alike;
}

/**
 * No zone has dates of its own so far ahead (the last, of Morocco and Palestine, end in 2087); what is left
 * are rules such as "the last Sunday of March". So a far year keeps its clocks as any with the same calendar.
 */
function alikeFarYear(instantMs: number): Alike {
  const { year } = civilDate(dayOfWall(instantMs));
  const first = firstDayOfYear(year);
  const shiftMs = (first - firstDayOfYear(alikeYear(year))) * DAY_MS;
  return { fromMs: first * DAY_MS, toMs: firstDayOfYear(year + 1) * DAY_MS, shiftMs };
}

/** Offsets of one IANA zone: Intl is asked once for each stretch of time, all else is integer arithmetic. */
export class Zone {
  readonly name: string;
  readonly #offsets: ZoneOffsets | null;
  #far: Alike = NEAR;
  /** The last answer, and from when to before when it holds. */
  #fromMs = Number.NEGATIVE_INFINITY;
  #toMs = Number.POSITIVE_INFINITY;
  #offsetMs = 0;

  constructor(name: string) {
    this.name = name;
    this.#offsets = name === "UTC" ? null : new ZoneOffsets(name);
    if (this.#offsets) this.#toMs = this.#fromMs;
  }

  /** Milliseconds that wall clocks stand ahead of UTC at an instant. */
  offsetAt(instantMs: number): number {
    if (instantMs >= this.#fromMs && instantMs < this.#toMs) return this.#offsetMs;
    if (this.#offsets === null) return 0;
    const alike = this.#alike(instantMs);
    const span = this.#offsets.spanAt(instantMs - alike.shiftMs);
    this.#fromMs = Math.max(alike.fromMs, span.fromMs + alike.shiftMs);
    this.#toMs = Math.min(alike.toMs, span.toMs + alike.shiftMs);
    this.#offsetMs = span.offsetMs;
    return span.offsetMs;
  }

  /** The wall clock, in wall milliseconds, at an instant. */
  wallAt(instantMs: number): number {
    return instantMs + this.offsetAt(instantMs);
  }

  /** First change of offset after `afterMs` and not after `untilMs`, or null. */
  transitionIn(afterMs: number, untilMs: number): Transition | null {
    if (this.#offsets === null) return null;
    for (let at = afterMs; at < untilMs; ) {
      const { shiftMs, toMs } = this.#alike(at + 1);
      const end = Math.min(untilMs, toMs - 1);
      const change = this.#offsets.changeIn(at - shiftMs, end - shiftMs);
      if (change) return { ...change, instantMs: change.instantMs + shiftMs };
      at = end;
    }
    return null;
  }

  #alike(instantMs: number): Alike {
    if (instantMs < FIRST_FAR_MS) return NEAR;
    if (instantMs < this.#far.fromMs || instantMs >= this.#far.toMs) this.#far = alikeFarYear(instantMs);
    return this.#far;
  }
}

/** A zone that this process does not know: whoever stored its name has newer zone data. */
export class UnknownZoneError extends RangeError {
  readonly timeZone: string;

  constructor(timeZone: string, options?: ErrorOptions) {
    const known = `this process does not know it, its zone data are ${zoneDataVersion()}`;
    super(`Cannot tell the time in the zone "${timeZone}": ${known}`, options);
    this.name = new.target.name;
    this.timeZone = timeZone;
  }
}

const zones = new Map<string, Zone>();

/**
 * The zone of a name that {@link resolveTimeZone} has accepted, here or in another process; made once per process and
 * shared.
 *
 * @throws UnknownZoneError
 */
export function zoneNamed(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    zone = madeZone(name);
    if (zones.size >= MAX_ZONES) zones.clear();
    zones.set(name, zone);
  }
  return zone;
}

function madeZone(name: string): Zone {
  try {
    return new Zone(name);
  } catch (error) {
    throw new UnknownZoneError(name, { cause: error });
  }
}

/** Version of the zone data that every resolution is made with, such as `2026c`; the one place that reads it. */
export function zoneDataVersion(): string {
  return process.versions.tz ?? "unknown";
}
