import { DAY_MS, dayOfWall } from "./calendar.ts";
import { CountLimit } from "./count-limit.ts";
import type { NamedTimes } from "./named-times.ts";
import { type Occurrence, occurrenceWithOffset } from "./occurrence.ts";
import { lastInstantOf, placeInZone } from "./placement.ts";
import { clampInstant, type Plan, previousByNext, usefulFor } from "./plan.ts";
import type { SearchSteps } from "./search-steps.ts";
import { type InstantSeries, SEARCH_DAYS } from "./series.ts";
import { firstIndexFrom } from "./sorted-numbers.ts";
import type { Until } from "./until.ts";
import type { Zone } from "./zone.ts";

export interface RunningPlanOptions {
  series: InstantSeries;
  zone: Zone;
  floating: boolean;
  steps: SearchSteps;
  /** The rule's `count`, counted from the first instant not before `fromMs`. */
  count?: { n: number; fromMs: number };
  until?: Until;
  /** What is left out. */
  exclude?: NamedTimes;
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
  readonly #count: CountLimit | null;
  readonly #untilMs: number;

  constructor(options: RunningPlanOptions) {
    this.#options = options;
    this.floating = options.floating;
    this.timeZone = options.zone.name;
    const { until, zone, count, series } = options;
    this.#count = count ? new CountLimit(count.n, count.fromMs, (...span) => series.count(...span)) : null;
    const untilMs = until && ("instantMs" in until ? until.instantMs : lastInstantOf(zone, until.wallMs));
    this.#untilMs = clampInstant(untilMs ?? Number.POSITIVE_INFINITY);
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

  #after(afterMs: number, notAfterMs: number): Occurrence | null {
    const { zone, exclude, steps } = this.#options;
    let dueMs = this.#from(afterMs + 1, notAfterMs);
    const farMs = (dueMs ?? afterMs) + SEARCH_DAYS * DAY_MS;
    while (dueMs !== null) {
      const wallMs = zone.wallAt(dueMs);
      if (!exclude?.has(wallMs, dueMs)) return occurrenceWithOffset(dueMs, zone);
      if (dueMs > farMs) return null;
      steps.spend();
      dueMs = this.#from(exclude.hasDay(wallMs) ? this.#endOfDay(dueMs) : dueMs + 1, notAfterMs);
    }
    return null;
  }

  /** When the day of an instant ends, or clocks change in it: a day may come back after that. */
  #endOfDay(instantMs: number): number {
    const { zone } = this.#options;
    const nextDay = dayOfWall(zone.wallAt(instantMs)) + 1;
    const endMs = Math.max(placeInZone(zone, nextDay * DAY_MS).instantMs, instantMs + 1);
    return zone.transitionIn(instantMs, endMs)?.instantMs ?? endMs;
  }

  /** First instant, of the rule or extra, not before another. */
  #from(fromMs: number, notAfterMs: number): number | null {
    const { series, extra = [] } = this.#options;
    const added = extra[firstIndexFrom(extra, fromMs)] ?? Number.POSITIVE_INFINITY;
    const lastMs = Math.min(notAfterMs, added, this.#untilMs);
    const found = series.from(fromMs, lastMs);
    if (found !== null && found <= lastMs && this.#count?.allows(found) !== false) return found;
    return added < Number.POSITIVE_INFINITY ? added : null;
  }
}
