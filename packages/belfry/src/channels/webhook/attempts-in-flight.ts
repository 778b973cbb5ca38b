import type { Attempt } from "./attempt.ts";

/** Deadlines this close together are one, in ms: a burst ends as it began. */
const LONGEST_GRAIN_MS = 10;

/**
 * The attempts that run now. All take the same time at most, so they are in the order of their
 * deadlines, and one timer, set for the oldest, serves all; a timer or an abort listener for each
 * would cost more than signing.
 */
export class AttemptsInFlight {
  readonly #attempts = new Set<Attempt>();
  readonly #heardSignals = new WeakSet<AbortSignal>();
  readonly #timeoutMs: number;
  #lastSignal: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs how long each may take. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#attempts.size;
  }

  add(attempt: Attempt): void {
    this.#attempts.add(attempt);
    this.#timer ??= this.#wait(this.#timeoutMs);
    if (attempt.options.signal !== this.#lastSignal) this.#hear(attempt.options.signal);
  }

  remove(attempt: Attempt): void {
    this.#attempts.delete(attempt);
  }

  /** Ends every attempt and stops the timer. */
  cutAll(reason: string): void {
    for (const attempt of this.#attempts) attempt.cut(reason);
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
    for (const attempt of this.#attempts) {
      if (attempt.options.signal === signal) attempt.cut("the process is ending");
    }
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
    for (const attempt of this.#attempts) {
      const leftMs = attempt.options.deadline - horizon;
      if (leftMs > 0) {
        this.#timer = this.#wait(Math.ceil(leftMs));
        return;
      }
      attempt.cut(`there was no answer within ${this.#timeoutMs} ms`);
    }
    this.#timer = undefined;
  }
}
