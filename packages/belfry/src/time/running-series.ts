import { DAY_MS, HOUR_MS } from "./calendar.ts";
import { type InstantSeries, SEARCH_DAYS, type WallSeries } from "./series.ts";
import type { Zone } from "./zone.ts";

const FAR_MS = 2 * DAY_MS;
const NEAR_MS = 25 * HOUR_MS;

/**
 * Every instant at which a zone's clocks show a time of a wall-clock series: repeated times twice,
 * skipped times never. Between two changes of offset that is the series itself, shifted.
 */
export class RunningSeries implements InstantSeries {
  readonly #series: WallSeries;
  readonly #zone: Zone;

  constructor(series: WallSeries, zone: Zone) {
    this.#series = series;
    this.#zone = zone;
  }

  from(instantMs: number, notAfterMs = Number.POSITIVE_INFINITY): number | null {
    const lastMs = Math.min(instantMs + SEARCH_DAYS * DAY_MS, notAfterMs);
    let at = instantMs;
    while (at <= lastMs) {
      const offsetMs = this.#zone.offsetAt(at);
      const wallMs = this.#series.from(at + offsetMs, lastMs + FAR_MS);
      if (wallMs === null) return null;
      const foundMs = wallMs - offsetMs;
      const far = foundMs - at > FAR_MS;
      const change = this.#zone.transitionIn(at, far ? at + NEAR_MS : foundMs);
      if (change) at = change.instantMs;
      else if (far) at = foundMs - NEAR_MS;
      else return foundMs;
    }
    return null;
  }

  count(fromMs: number, toMs: number, enough: number): number {
    let total = 0;
    for (let at = fromMs; at < toMs && total <= enough; ) {
      const offsetMs = this.#zone.offsetAt(at);
      const endMs = this.#zone.transitionIn(at, toMs - 1)?.instantMs ?? toMs;
      total += this.#series.count(at + offsetMs, endMs + offsetMs, enough - total);
      at = endMs;
    }
    return total;
  }
}
