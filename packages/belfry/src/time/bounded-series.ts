import type { WallSeries } from "./series.ts";

/** A series without what comes before a wall clock: for rules that count from acceptance. */
export class BoundedSeries implements WallSeries {
  readonly #series: WallSeries;
  readonly #startMs: number;

  constructor(series: WallSeries, startMs: number) {
    this.#series = series;
    this.#startMs = startMs;
  }

  from(wallMs: number): number | null {
    return this.#series.from(Math.max(wallMs, this.#startMs));
  }

  nth(wallMs: number, n: number): number | null {
    return this.#series.nth(Math.max(wallMs, this.#startMs), n);
  }

  atMost(fromMs: number, toMs: number): number {
    return this.#series.atMost(Math.max(fromMs, this.#startMs), toMs);
  }
}
