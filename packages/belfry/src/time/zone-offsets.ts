/** Length of a stretch, looked up at both ends: about 6.07 days; no zone has changed its offset twice within 6.9. */
const STRETCH_MS = 2 ** 19 * 1000;
const QUARTER_HOUR_MS = 900_000;
/** Nothing is known of any zone before the first change of clocks, in 1835: local mean time held till then. */
const FIRST_MS = Date.UTC(1800, 0, 1);
/** After the last year that is asked about. */
const END_MS = Date.UTC(2130, 0, 1);
const STRETCHES = Math.ceil((END_MS - FIRST_MS) / STRETCH_MS);
/** Added to a known offset in seconds, so that 0 can mean: not asked yet. */
const KNOWN = 100_000;
const OFFSET_WORDS = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/;

/** A time in which a zone keeps one offset: from `fromMs` to before `toMs`. */
export interface OffsetSpan {
  fromMs: number;
  toMs: number;
  offsetMs: number;
}

/** A change of offset: from this instant on, clocks stand `afterMs` ahead of UTC instead of `beforeMs`. */
export interface Transition {
  instantMs: number;
  beforeMs: number;
  afterMs: number;
}

/**
 * Offsets of one IANA zone in the years 1800 to 2129, as Intl tells them. Each end of a stretch is asked
 * once; where the two differ, the change between them is sought by halving.
 */
export class ZoneOffsets {
  readonly #format: Intl.DateTimeFormat;
  readonly #known = new Int32Array(STRETCHES + 1);
  readonly #changes = new Map<number, number>();

  constructor(timeZone: string) {
    // Any field would do beside the offset; the seconds are the quickest.
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      second: "numeric",
      timeZoneName: "longOffset",
    });
  }

  /** The part of a stretch around an instant that keeps its offset. */
  spanAt(instantMs: number): OffsetSpan {
    if (instantMs < FIRST_MS)
      return { fromMs: Number.NEGATIVE_INFINITY, toMs: FIRST_MS, offsetMs: this.#boundary(0) };
    const index = Math.floor((instantMs - FIRST_MS) / STRETCH_MS);
    const [fromMs, toMs] = [FIRST_MS + index * STRETCH_MS, FIRST_MS + (index + 1) * STRETCH_MS];
    const [before, after] = [this.#boundary(index), this.#boundary(index + 1)];
    if (before === after) return { fromMs, toMs, offsetMs: before };
    const changeMs = this.#change(index);
    if (instantMs < changeMs) return { fromMs, toMs: changeMs, offsetMs: before };
    return { fromMs: changeMs, toMs, offsetMs: after };
  }

  /** First change after `afterMs` and not after `untilMs`, or null. */
  changeIn(afterMs: number, untilMs: number): Transition | null {
    const last = Math.floor((untilMs - FIRST_MS) / STRETCH_MS);
    for (let index = Math.max(0, Math.floor((afterMs - FIRST_MS) / STRETCH_MS)); index <= last; index++) {
      const [beforeMs, later] = [this.#boundary(index), this.#boundary(index + 1)];
      if (beforeMs === later) continue;
      const instantMs = this.#change(index);
      if (instantMs > untilMs) return null;
      if (instantMs > afterMs) return { instantMs, beforeMs, afterMs: later };
    }
    return null;
  }

  /** The offset at the start of a stretch. */
  #boundary(index: number): number {
    let known = this.#known[index] ?? 0;
    if (known === 0) {
      known = this.#ask(FIRST_MS + index * STRETCH_MS) / 1000 + KNOWN;
      this.#known[index] = known;
    }
    return (known - KNOWN) * 1000;
  }

  /** When the offset changes in a stretch; a change at the start of the next one belongs to this one. */
  #change(index: number): number {
    let changeMs = this.#changes.get(index);
    if (changeMs === undefined) {
      changeMs = this.#locate(FIRST_MS + index * STRETCH_MS, this.#boundary(index));
      this.#changes.set(index, changeMs);
    }
    return changeMs;
  }

  /** Most changes come on a quarter of an hour, and all on a second. */
  #locate(startMs: number, beforeMs: number): number {
    let [low, high] = this.#halve([startMs, startMs + STRETCH_MS], beforeMs, QUARTER_HOUR_MS);
    if (this.#ask(high - 1000) !== beforeMs) [low, high] = this.#halve([low, high], beforeMs, 1000);
    return high;
  }

  /** Closes in on a change, at whole multiples of a grain, until none is left between. */
  #halve(bounds: [number, number], beforeMs: number, grainMs: number): [number, number] {
    let [low, high] = bounds;
    for (;;) {
      const middle = Math.ceil(Math.floor((low + high) / 2) / grainMs) * grainMs;
      const between = middle < high ? middle : middle - grainMs;
      if (between <= low) return [low, high];
      if (this.#ask(between) === beforeMs) low = between;
      else high = between;
    }
  }

  #ask(instantMs: number): number {
    const match = OFFSET_WORDS.exec(this.#format.format(instantMs));
    if (!match) return 0;
    const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return (match[1] === "-" ? -1000 : 1000) * seconds;
  }
}
