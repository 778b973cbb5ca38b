import { DAY_MS } from "./calendar.ts";
import { LimitedSeries, type PlacedTime, type WallLimits } from "./limited-series.ts";
import { type Occurrence, occurrenceOnWall } from "./occurrence.ts";
import { endOfGap, wallsAfter } from "./placement.ts";
import { clampInstant, type Plan, previousByNext, usefulFor } from "./plan.ts";
import type { SearchSteps } from "./search-steps.ts";
import type { WallSeries } from "./series.ts";
import type { Zone } from "./zone.ts";

export interface WallPlanOptions {
  series: WallSeries;
  zone: Zone;
  floating: boolean;
  limits: WallLimits;
  steps: SearchSteps;
  /** Where the sample for the usefulness begins. */
  originMs: number;
  /** The schedule in words; made when asked for. */
  describe: () => string;
  /** Gives a nominal time its identity and its story where they are not the wall clock (yearly). */
  name?: (occurrence: Occurrence, wallMs: number) => Occurrence;
}

/** The one that is due first or, on one instant, the earlier nominal time. */
function firstDue(one: PlacedTime | null, other: PlacedTime | null): PlacedTime | null {
  if (one === null || other === null) return one ?? other;
  const later = other.placed.instantMs - one.placed.instantMs || other.wallMs - one.wallMs;
  return later < 0 ? other : one;
}

/** A rule whose nominal times stand on the wall clock, each placed in the zone. */
export class WallPlan implements Plan {
  readonly recurring = true;
  readonly floating: boolean;
  readonly timeZone: string;
  readonly #options: WallPlanOptions;
  readonly #times: LimitedSeries;

  constructor(options: WallPlanOptions) {
    this.#options = options;
    this.#times = new LimitedSeries(options.series, options.limits, options);
    this.floating = options.floating;
    this.timeZone = options.zone.name;
  }

  get text(): string {
    return this.#options.describe();
  }

  get defaultUsefulForMs(): number {
    return usefulFor(this, this.#options.originMs - 1);
  }

  next(afterMs: number): Occurrence | null {
    this.#options.steps.begin();
    return this.#after(clampInstant(afterMs), Number.POSITIVE_INFINITY);
  }

  previous(atMs: number, notBeforeMs: number): Occurrence | null {
    this.#options.steps.begin();
    return previousByNext((afterMs, notAfterMs) => this.#after(afterMs, notAfterMs), atMs, notBeforeMs);
  }

  /**
   * Nominal times come in order, but one from inside a gap may fall due after the first one behind the gap.
   * So there are up to three to choose from: what is left of the gap that clocks have just skipped, what
   * comes from here on and, if that stands in a gap, what comes behind it.
   */
  #after(afterMs: number, notAfterMs: number): Occurrence | null {
    const { zone } = this.#options;
    const { fromMs, skipped } = wallsAfter(zone, afterMs);
    let best = skipped ? this.#times.first(skipped.fromMs, skipped.lastMs) : null;
    best = firstDue(best, this.#times.first(fromMs, this.#lastWall(best, notAfterMs)));
    if (best?.placed.kind === "gap") {
      const behindMs = Math.max(fromMs, endOfGap(zone, best.placed));
      best = firstDue(best, this.#times.first(behindMs, this.#lastWall(best, notAfterMs)));
    }
    return best ? this.#occurrence(best) : null;
  }

  /** No later wall clock can be due before the best one found, or before a bound. */
  #lastWall(best: PlacedTime | null, notAfterMs: number): number {
    if (best) return this.#options.zone.wallAt(best.placed.instantMs);
    return notAfterMs === Number.POSITIVE_INFINITY ? notAfterMs : clampInstant(notAfterMs) + 2 * DAY_MS;
  }

  #occurrence({ wallMs, placed }: PlacedTime): Occurrence {
    const { zone, name } = this.#options;
    const occurrence = occurrenceOnWall(wallMs, placed, zone);
    return name ? name(occurrence, wallMs) : occurrence;
  }
}
