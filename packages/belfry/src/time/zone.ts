/** Length of a stretch whose offsets are looked up together: about 6.2 days, shorter than any zone keeps an offset. */
const STRETCH_MS = 2 ** 29;
const MAX_STRETCHES = 4096;
const MAX_ZONES = 1024;

/** The offset at the start of a stretch and, when it changes inside, when and to what. */
interface Stretch {
  offsetMs: number;
  changeMs: number;
  laterOffsetMs: number;
}

/** A change of offset: from this instant on, clocks stand `afterMs` ahead of UTC instead of `beforeMs`. */
export interface Transition {
  instantMs: number;
  beforeMs: number;
  afterMs: number;
}

const OFFSET_WORDS = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/;

/**
 * Offsets of one IANA zone. Each stretch of time asks Intl once; all else is integer arithmetic.
 * The cache is bounded, so a walk over centuries cannot fill the memory.
 */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat | null;
  readonly #stretches = new Map<number, Stretch>();
  #lastIndex = Number.NaN;
  #last: Stretch = { offsetMs: 0, changeMs: Number.POSITIVE_INFINITY, laterOffsetMs: 0 };

  constructor(name: string) {
    this.name = name;
    this.#format =
      name === "UTC"
        ? null
        : new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  }

  /** Milliseconds that wall clocks stand ahead of UTC at an instant. */
  offsetAt(instantMs: number): number {
    if (this.#format === null) return 0;
    const stretch = this.#stretchAt(Math.floor(instantMs / STRETCH_MS));
    return instantMs < stretch.changeMs ? stretch.offsetMs : stretch.laterOffsetMs;
  }

  /** The wall clock, in wall milliseconds, at an instant. */
  wallAt(instantMs: number): number {
    return instantMs + this.offsetAt(instantMs);
  }

  /** First change of offset after `afterMs` and not after `untilMs`, or null. */
  transitionIn(afterMs: number, untilMs: number): Transition | null {
    if (this.#format === null) return null;
    const lastIndex = Math.floor(untilMs / STRETCH_MS);
    for (let index = Math.floor(afterMs / STRETCH_MS); index <= lastIndex; index++) {
      const stretch = this.#stretchAt(index);
      if (stretch.changeMs > untilMs) continue;
      if (stretch.changeMs > afterMs) {
        return { instantMs: stretch.changeMs, beforeMs: stretch.offsetMs, afterMs: stretch.laterOffsetMs };
      }
    }
    return null;
  }

  #stretchAt(index: number): Stretch {
    if (index === this.#lastIndex) return this.#last;
    let stretch = this.#stretches.get(index);
    if (!stretch) {
      stretch = this.#measure(index * STRETCH_MS);
      if (this.#stretches.size >= MAX_STRETCHES) this.#stretches.clear();
      this.#stretches.set(index, stretch);
    }
    this.#lastIndex = index;
    this.#last = stretch;
    return stretch;
  }

  /** A change at the very start of the next stretch belongs to this one, so that none falls between two. */
  #measure(startMs: number): Stretch {
    const offsetMs = this.#ask(startMs);
    const endMs = startMs + STRETCH_MS;
    const laterOffsetMs = this.#ask(endMs);
    if (laterOffsetMs === offsetMs) return { offsetMs, changeMs: Number.POSITIVE_INFINITY, laterOffsetMs };
    let [low, high] = [startMs, endMs];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle) === offsetMs) low = middle;
      else high = middle;
    }
    return { offsetMs, changeMs: high, laterOffsetMs };
  }

  #ask(instantMs: number): number {
    const match = OFFSET_WORDS.exec(this.#format?.format(instantMs) ?? "");
    if (!match) return 0;
    const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return (match[1] === "-" ? -1000 : 1000) * seconds;
  }
}

const zones = new Map<string, Zone>();

/** The zone of a name that {@link resolveTimeZone} has accepted; made once per process and shared. */
export function zoneNamed(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    zone = new Zone(name);
    if (zones.size >= MAX_ZONES) zones.clear();
    zones.set(name, zone);
  }
  return zone;
}

/** Version of the zone data that every resolution is made with, such as `2026c`; the one place that reads it. */
export function zoneDataVersion(): string {
  return process.versions.tz ?? "unknown";
}
