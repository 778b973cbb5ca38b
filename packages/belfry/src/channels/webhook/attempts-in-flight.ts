import type { Attempt } from "./attempt.ts";

/** What ends so soon is ended with what has come to its end, in ms: a burst ends as it began. */
const LONGEST_GRAIN_MS = 10;

/**
 * The attempts that run now. All take the same time at most, so they are in the order of their deadlines, and one
 * timer, set for the oldest, serves all; a timer or an abort listener for each would cost more than signing.
 *
 * They are linked to each other, and one that ends takes its links off. A Set would leave a table behind with every
 * few that come and go, and as each table leads to the next, V8 keeps all of them, with their attempts, for its full
 * collection: close to half of what a herd had it keep.
 */
export class AttemptsInFlight {
  #oldest: Attempt | undefined;
  #newest: Attempt | undefined;
  #size = 0;
  readonly #heardSignals = new WeakSet<AbortSignal>();
  readonly #timeoutMs: number;
  #lastSignal: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs how long each may take. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#size;
  }

  add(attempt: Attempt): void {
    attempt.older = this.#newest;
    if (this.#newest) this.#newest.newer = attempt;
    else this.#oldest = attempt;
    this.#newest = attempt;
    this.#size += 1;
    this.#timer ??= this.#wait(this.#timeoutMs);
    if (attempt.options.signal !== this.#lastSignal) this.#hear(attempt.options.signal);
  }

  /** Takes out one that was added; once. */
  remove(attempt: Attempt): void {
    const { older, newer } = attempt;
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    attempt.older = undefined;
    attempt.newer = undefined;
    this.#size -= 1;
  }

  /** Ends every attempt and stops the timer. */
  cutAll(reason: string): void {
    while (this.#oldest) this.#oldest.cut(reason);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #hear(signal: AbortSignal): void {
    this.#lastSignal = signal;
    if (this.#heardSignals.has(signal)) return;
    this.#heardSignals.add(signal);
    signal.addEventListener("abort", () => this.#cutThoseOf(signal), { once: true });
  }

  #cutThoseOf(signal: AbortSignal): void {
    const those: Attempt[] = [];
    for (let attempt = this.#oldest; attempt; attempt = attempt.newer)
      if (attempt.options.signal === signal) those.push(attempt);
    for (const attempt of those) attempt.cut("the process is ending");
  }

  #wait(delayMs: number): NodeJS.Timeout {
    // The sockets of the attempts keep the process alive; the timer alone must not.
    const timer = setTimeout(() => {
      // After this process was suspended, what has arrived meanwhile is read before its time is called over.
      setImmediate(() => timer === this.#timer && this.#cutExpired());
    }, delayMs).unref();
    return timer;
  }

  #cutExpired(): void {
    const horizon = performance.now() + Math.min(LONGEST_GRAIN_MS, this.#timeoutMs / 20);
    this.#timer = undefined;
    for (let attempt = this.#oldest; attempt; attempt = this.#oldest) {
      const leftMs = attempt.options.deadline - horizon;
      if (leftMs > 0) {
        this.#timer = this.#wait(Math.ceil(leftMs));
        return;
      }
      attempt.cut(`there was no answer within ${this.#timeoutMs} ms`);
    }
  }
}
