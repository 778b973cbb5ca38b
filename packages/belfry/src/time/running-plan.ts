import { type Occurrence, occurrenceWithOffset } from "./occurrence.ts";
import { lastInstantOf } from "./placement.ts";
import { clampInstant, type Plan, previousByNext, usefulFor } from "./plan.ts";
import type { InstantSeries } from "./series.ts";
import type { Until } from "./until.ts";
import type { Zone } from "./zone.ts";

export interface RunningPlanOptions {
  series: InstantSeries;
  zone: Zone;
  floating: boolean;
  /** The rule's `count`, counted from the first instant after `afterMs`. */
  count?: { n: number; afterMs: number };
  until?: Until;
  exclude?: (wallMs: number, dueMs: number) => boolean;
  /** Instants in order that ring beside the rule. */
  extra?: number[];
  originMs: number;
  describe: () => string;
}

/** A rule that means "each so many minutes or hours": it runs through both passes of a repeated hour. */
export class RunningPlan implements Plan {
  readonly recurring = true;
  readonly floating: boolean;
  readonly timeZone: string;
  readonly #options: RunningPlanOptions;
  readonly #untilMs: number;
  #lastMs: number | null | undefined;

  constructor(options: RunningPlanOptions) {
    this.#options = options;
    this.floating = options.floating;
    this.timeZone = options.zone.name;
    const { until, zone } = options;
    if (!until) this.#untilMs = Number.POSITIVE_INFINITY;
    else this.#untilMs = "instantMs" in until ? until.instantMs : lastInstantOf(zone, until.wallMs);
  }

  get text(): string {
    return this.#options.describe();
  }

  get defaultUsefulForMs(): number {
    return usefulFor((afterMs) => this.next(afterMs), this.#options.originMs - 1);
  }

  next(afterMs: number): Occurrence | null {
    const { zone, exclude } = this.#options;
    let dueMs = this.#after(clampInstant(afterMs));
    while (dueMs !== null && exclude?.(zone.wallAt(dueMs), dueMs)) dueMs = this.#after(dueMs);
    return dueMs === null ? null : occurrenceWithOffset(dueMs, zone);
  }

  previous(atMs: number, notBeforeMs: number): Occurrence | null {
    return previousByNext((afterMs) => this.next(afterMs), atMs, notBeforeMs);
  }

  #after(afterMs: number): number | null {
    const found = this.#options.series.after(afterMs);
    const ruled = found !== null && found <= this.#untilMs && this.#withinCount(found) ? found : null;
    const extra = this.#options.extra?.find((instant) => instant > afterMs);
    if (ruled === null || extra === undefined) return ruled ?? extra ?? null;
    return Math.min(ruled, extra);
  }

  #withinCount(instantMs: number): boolean {
    const { series, count } = this.#options;
    if (!count) return true;
    if (this.#lastMs === undefined) {
      if (series.atMost(count.afterMs, instantMs) <= count.n) return true;
      this.#lastMs = series.nth(count.afterMs, count.n);
    }
    return this.#lastMs === null || instantMs <= this.#lastMs;
  }
}
