import { DAY_MS, HOUR_MS } from "./calendar.ts";
import { type InstantSeries, type WallSeries, walkToNth } from "./series.ts";
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

  after(afterMs: number): number | null {
    let at = afterMs + 1;
    for (;;) {
      const offsetMs = this.#zone.offsetAt(at);
      const wallMs = this.#series.from(at + offsetMs);
      if (wallMs === null) return null;
      const instantMs = wallMs - offsetMs;
      const far = instantMs - at > FAR_MS;
      const change = this.#zone.transitionIn(at, far ? at + NEAR_MS : instantMs);
      if (change) at = change.instantMs;
      else if (far) at = instantMs - NEAR_MS;
      else return instantMs;
    }
  }

  nth(afterMs: number, n: number): number | null {
    return walkToNth((at) => this.after(at), afterMs, n, 0);
  }

  atMost(afterMs: number, toMs: number): number {
    return this.#series.atMost(afterMs - DAY_MS, toMs + DAY_MS);
  }
}
