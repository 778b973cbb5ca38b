/** Half of it is more than a worker looks ahead, so that what is held back is not claimed again at once. */
const FIRST_MS = 5_000;

const LONGEST_MS = 60_000;

/** So many that fail are remembered; of more, the oldest begin anew. */
const MOST = 10_000;

interface Failure {
  atMs: number;
  /** Zero: it is tried again at once. */
  pauseMs: number;
}

/** How long what could not be planned anew is held back: tried again at once, then less and less often. */
export class StalePauses {
  readonly #failures = new Map<string, Failure>();

  followed(key: string): void {
    this.#failures.delete(key);
  }

  failed(key: string, nowMs: number): void {
    const last = this.#failures.get(key);
    const pauseMs = last === undefined ? 0 : Math.min(Math.max(2 * last.pauseMs, FIRST_MS), LONGEST_MS);
    this.#failures.delete(key);
    this.#failures.set(key, { atMs: nowMs, pauseMs });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST && oldest !== undefined) this.#failures.delete(oldest);
  }

  /** How long it is still held back, in ms; null once it may be tried again: it is claimed a while before its instant. */
  leftMs(key: string, nowMs: number): number | null {
    const failure = this.#failures.get(key);
    if (!failure) return null;
    const leftMs = failure.atMs + failure.pauseMs - nowMs;
    // Longer than its whole pause: the clock was set back.
    return leftMs > failure.pauseMs / 2 && leftMs <= failure.pauseMs ? leftMs : null;
  }
}
