import { DAY_MS, dayOfWall } from "./calendar.ts";
import { CountLimit } from "./count-limit.ts";
import type { NamedTimes } from "./named-times.ts";
import { endOfGap, type Placement, placeInZone } from "./placement.ts";
import type { SearchSteps } from "./search-steps.ts";
import { SEARCH_DAYS, type WallSeries } from "./series.ts";
import { firstIndexFrom } from "./sorted-numbers.ts";
import type { Until } from "./until.ts";
import type { Zone } from "./zone.ts";

/** What restricts and adds to a series on the wall clock. */
export interface WallLimits {
  /** The rule's `count`, counted from the first nominal time not before `fromMs`. */
  count?: { n: number; fromMs: number };
  until?: Until;
  /** What is left out. */
  exclude?: NamedTimes;
  /** Nominal times in order that ring beside the rule, whatever its end. */
  extra?: number[];
}

/** A nominal time and where it falls. */
export interface PlacedTime {
  wallMs: number;
  placed: Placement;
}

/** A series within its limits, placed in a zone. */
export class LimitedSeries {
  readonly #series: WallSeries;
  readonly #zone: Zone;
  readonly #steps: SearchSteps;
  readonly #limits: WallLimits;
  readonly #count: CountLimit | null;
  readonly #untilMs: number;
  readonly #untilWallMs: number;

  constructor(series: WallSeries, limits: WallLimits, { zone, steps }: { zone: Zone; steps: SearchSteps }) {
    this.#series = series;
    this.#zone = zone;
    this.#steps = steps;
    this.#limits = limits;
    const { until, count } = limits;
    this.#untilMs = until && "instantMs" in until ? until.instantMs : Number.POSITIVE_INFINITY;
    this.#untilWallMs = until && "wallMs" in until ? until.wallMs : Number.POSITIVE_INFINITY;
    this.#count = count ? new CountLimit(count.n, count.fromMs, (...span) => series.count(...span)) : null;
  }

  /** First nominal time from one wall clock to another, both included, or null. */
  first(fromMs: number, lastMs: number): PlacedTime | null {
    let wallMs = this.#from(fromMs, lastMs);
    const farMs = (wallMs ?? fromMs) + SEARCH_DAYS * DAY_MS;
    while (wallMs !== null && wallMs <= lastMs) {
      const placed = placeInZone(this.#zone, wallMs);
      if (!this.#limits.exclude?.has(wallMs, placed.instantMs)) return { wallMs, placed };
      if (wallMs > farMs) return null;
      this.#steps.spend();
      const wholeDay = this.#limits.exclude.hasDay(wallMs);
      wallMs = this.#from(wholeDay ? (dayOfWall(wallMs) + 1) * DAY_MS : wallMs + 1, lastMs);
    }
    return null;
  }

  /** First nominal time, of the rule or extra, not before a wall clock. */
  #from(wallMs: number, lastMs: number): number | null {
    const { extra = [] } = this.#limits;
    const added = extra[firstIndexFrom(extra, wallMs)] ?? Number.POSITIVE_INFINITY;
    const ruled = this.#ruledFrom(wallMs, Math.min(lastMs, added, this.#untilWallMs));
    return ruled ?? (added < Number.POSITIVE_INFINITY ? added : null);
  }

  /** Near the end, a time moved out of a gap may be due after `until`, and the one after the gap before it. */
  #ruledFrom(wallMs: number, lastMs: number): number | null {
    const found = this.#series.from(wallMs, lastMs);
    if (found === null || found > lastMs || this.#count?.allows(found) === false) return null;
    if (this.#untilMs === Number.POSITIVE_INFINITY) return found;
    const placed = placeInZone(this.#zone, found);
    if (placed.instantMs <= this.#untilMs) return found;
    return placed.kind === "gap" ? this.#ruledFrom(endOfGap(this.#zone, placed), lastMs) : null;
  }
}
