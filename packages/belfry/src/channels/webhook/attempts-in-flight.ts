import type { Attempt } from "./attempt.ts";

/** Deadlines this close together are one, in ms: a burst ends as it began. */
const LONGEST_GRAIN_MS = 10;

/**
 * The attempts that run now. One timer, set for the first deadline, serves all; a timer or an abort listener for
 * each would cost more than signing.
 */
export class AttemptsInFlight {
  /**
   * In no order: one that ends gives its place to the last. A Set would leave a table behind with every few that
   * come and go, and as each table leads to the next, V8 keeps all of them, with their attempts, for its full
   * collection: close to half of what a herd had it keep.
   */
  readonly #attempts: Attempt[] = [];
  readonly #heardSignals = new WeakSet<AbortSignal>();
  readonly #timeoutMs: number;
  #lastSignal: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs how long each may take. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#attempts.length;
  }

  add(attempt: Attempt): void {
    attempt.place = this.#attempts.push(attempt) - 1;
    this.#timer ??= this.#wait(this.#timeoutMs);
    if (attempt.options.signal !== this.#lastSignal) this.#hear(attempt.options.signal);
  }

  /** Takes out one that was added; once. */
  remove(attempt: Attempt): void {
    const last = this.#attempts.pop();
    if (last === undefined || last === attempt) return;
    this.#attempts[attempt.place] = last;
    last.place = attempt.place;
  }

  /** Ends every attempt and stops the timer. */
  cutAll(reason: string): void {
    for (const attempt of [...this.#attempts]) attempt.cut(reason);
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
    const those = this.#attempts.filter((attempt) => attempt.options.signal === signal);
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
    const expired = this.#attempts.filter((attempt) => attempt.options.deadline <= horizon);
    for (const attempt of expired) attempt.cut(`there was no answer within ${this.#timeoutMs} ms`);
    const next = this.#attempts.reduce(
      (soonest, { options }) => Math.min(soonest, options.deadline),
      Infinity,
    );
    this.#timer = next === Infinity ? undefined : this.#wait(Math.ceil(next - horizon));
  }
}
