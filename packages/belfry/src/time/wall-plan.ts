import { DAY_MS } from "./calendar.ts";
import { type Occurrence, occurrenceOnWall } from "./occurrence.ts";
import { placeInZone, wallToSearchFrom } from "./placement.ts";
import { clampInstant, type Plan, previousByNext, usefulFor } from "./plan.ts";
import type { WallSeries } from "./series.ts";
import type { Until } from "./until.ts";
import type { Zone } from "./zone.ts";

/** What restricts and adds to a series on the wall clock. */
export interface WallLimits {
  /** The rule's `count`, counted from the first nominal time not before `fromMs`. */
  count?: { n: number; fromMs: number };
  until?: Until;
  /** Nominal times, days (as day numbers) and instants that are left out. */
  exclude?: (wallMs: number, dueMs: number) => boolean;
  /** Nominal times in order that ring beside the rule, whatever its end. */
  extra?: number[];
}

export interface WallPlanOptions {
  series: WallSeries;
  zone: Zone;
  floating: boolean;
  limits: WallLimits;
  /** Where the sample for the usefulness begins. */
  originMs: number;
  /** The schedule in words; made when asked for. */
  describe: () => string;
  /** Gives a nominal time its identity and its story where they are not the wall clock (yearly). */
  name?: (occurrence: Occurrence, wallMs: number) => Occurrence;
}

/** A rule whose nominal times stand on the wall clock, each placed in the zone. */
export class WallPlan implements Plan {
  readonly recurring = true;
  readonly floating: boolean;
  readonly timeZone: string;
  readonly #options: WallPlanOptions;
  readonly #untilMs: number;
  readonly #untilWallMs: number;
  #lastWallMs: number | null | undefined;

  constructor(options: WallPlanOptions) {
    this.#options = options;
    this.floating = options.floating;
    this.timeZone = options.zone.name;
    const { until } = options.limits;
    this.#untilMs = until && "instantMs" in until ? until.instantMs : Number.POSITIVE_INFINITY;
    this.#untilWallMs = until && "wallMs" in until ? until.wallMs : Number.POSITIVE_INFINITY;
  }

  get text(): string {
    return this.#options.describe();
  }

  get defaultUsefulForMs(): number {
    return usefulFor((afterMs) => this.next(afterMs), this.#options.originMs - 1);
  }

  /**
   * Nominal times come in order, but one from inside a gap may fall due after the next one. So the
   * search goes on until no later nominal time can be due before the best one found.
   */
  next(afterMs: number): Occurrence | null {
    const after = clampInstant(afterMs);
    const { zone } = this.#options;
    let best: { wallMs: number; dueMs: number } | null = null;
    let wallMs = this.#from(wallToSearchFrom(zone, after));
    while (wallMs !== null && !(best && wallMs > zone.wallAt(best.dueMs))) {
      const dueMs = placeInZone(zone, wallMs).instantMs;
      if (dueMs > after && (!best || dueMs < best.dueMs) && this.#allows(wallMs, dueMs))
        best = { wallMs, dueMs };
      if (best && best.wallMs === wallMs && zone.wallAt(dueMs) === wallMs) break;
      wallMs = this.#from(wallMs + 1);
    }
    return best ? this.#occurrence(best.wallMs) : null;
  }

  previous(atMs: number, notBeforeMs: number): Occurrence | null {
    return previousByNext((afterMs) => this.next(afterMs), atMs, notBeforeMs);
  }

  #occurrence(wallMs: number): Occurrence {
    const { zone, name } = this.#options;
    const occurrence = occurrenceOnWall(wallMs, placeInZone(zone, wallMs), zone);
    return name ? name(occurrence, wallMs) : occurrence;
  }

  /** First nominal time, of the rule or extra, not before a wall clock. */
  #from(wallMs: number): number | null {
    const ruled = this.#ruledFrom(wallMs);
    const extra = this.#options.limits.extra?.find((time) => time >= wallMs);
    if (ruled === null || extra === undefined) return ruled ?? extra ?? null;
    return Math.min(ruled, extra);
  }

  /** Near the end, a time moved out of a gap may be due after `until` and the one after it before. */
  #ruledFrom(wallMs: number): number | null {
    const { series, zone } = this.#options;
    let found = series.from(wallMs);
    while (found !== null && found <= this.#untilWallMs && this.#withinCount(found)) {
      if (this.#untilMs === Number.POSITIVE_INFINITY) return found;
      const dueMs = placeInZone(zone, found).instantMs;
      if (dueMs <= this.#untilMs) return found;
      if (dueMs > this.#untilMs + DAY_MS) return null;
      found = series.from(found + 1);
    }
    return null;
  }

  /** The end of a count is sought once, and only when the rule may have come to it. */
  #withinCount(wallMs: number): boolean {
    const { series, limits } = this.#options;
    if (!limits.count) return true;
    const { n, fromMs } = limits.count;
    if (this.#lastWallMs === undefined) {
      if (series.atMost(fromMs, wallMs) <= n) return true;
      this.#lastWallMs = series.nth(fromMs, n);
    }
    return this.#lastWallMs === null || wallMs <= this.#lastWallMs;
  }

  #allows(wallMs: number, dueMs: number): boolean {
    return !this.#options.limits.exclude?.(wallMs, dueMs);
  }
}
