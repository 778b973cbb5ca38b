import type { WallSeries } from "./series.ts";

/** A series without what comes before a wall clock: for rules that count from acceptance. */
export class BoundedSeries implements WallSeries {
  readonly #series: WallSeries;
  readonly #startMs: number;

  /** @param startMs Infinity for a series that never begins */
  constructor(series: WallSeries, startMs: number) {
    this.#series = series;
    this.#startMs = startMs;
  }

  from(wallMs: number, notAfterMs?: number): number | null {
    if (this.#startMs === Number.POSITIVE_INFINITY) return null;
    return this.#series.from(Math.max(wallMs, this.#startMs), notAfterMs);
  }

  count(fromMs: number, toMs: number, enough: number): number {
    const from = Math.max(fromMs, this.#startMs);
    return from < toMs ? this.#series.count(from, toMs, enough) : 0;
  }
}
