/** Counts the times of a series from one to before another; beyond `enough` any greater number will do. */
type Count = (fromMs: number, toMs: number, enough: number) => number;

/**
 * The end that `count` sets to a series: its first n times. What has been counted is kept, so that a walk
 * along the series counts each stretch once; the end is sought once, when a time beyond it is asked about.
 */
export class CountLimit {
  readonly #count: Count;
  /** All times before this are within the count, and so many more from here on. */
  #countedMs: number;
  #left: number;
  /** The first moment that is beyond the count, once it is known: `countedMs` has come to it then. */
  #endMs = Number.POSITIVE_INFINITY;

  /** @param fromMs where the count begins */
  constructor(n: number, fromMs: number, count: Count) {
    this.#count = count;
    this.#countedMs = fromMs;
    this.#left = n;
  }

  /** Whether a time of the series is one of the first n. */
  allows(timeMs: number): boolean {
    if (timeMs < this.#countedMs) return true;
    if (timeMs >= this.#endMs) return false;
    if (this.#take(timeMs + 1)) return true;
    this.#seekEnd(timeMs);
    return timeMs < this.#endMs;
  }

  /** Counts up to before an instant; false, and nothing is changed, when that would be too many. */
  #take(toMs: number): boolean {
    const found = this.#count(this.#countedMs, toMs, this.#left);
    if (found > this.#left) return false;
    this.#countedMs = toMs;
    this.#left -= found;
    return true;
  }

  /** By halving: each half is counted on from the one before, so all of it costs as much as two counts. */
  #seekEnd(beyondMs: number): void {
    let high = beyondMs;
    while (high > this.#countedMs) {
      const middle = Math.floor((this.#countedMs + high) / 2);
      if (!this.#take(middle + 1)) high = middle;
    }
    this.#endMs = high;
  }
}
