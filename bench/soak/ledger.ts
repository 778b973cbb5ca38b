import type { Arrival } from "./receiving.ts";

/** How often something is to arrive in all; null: each of its occurrences no more than once. */
type Times = number | null;

/** What was accepted, under numbers that the receiver sees. */
export class Ledger {
  readonly #times = new Map<number, Times>();
  #next = 0;

  /** Notes what is about to be sent in; returns its number. */
  expect(times: Times = 1): number {
    this.#next += 1;
    this.#times.set(this.#next, times);
    return this.#next;
  }

  /** It will arrive once more. */
  again(n: number): void {
    this.#times.set(n, (this.#times.get(n) ?? 0) + 1);
  }

  /** From now on it is to arrive so often in all. */
  change(n: number, times: Times): void {
    this.#times.set(n, times);
  }

  /** How many arrivals are known to come. */
  get known(): number {
    return [...this.#times.values()].reduce<number>((sum, times) => sum + (times ?? 0), 0);
  }

  get reminders(): number {
    return this.#times.size;
  }

  check(arrivals: readonly Arrival[]): Findings {
    const byNumber = Map.groupBy(arrivals, ({ n }) => n);
    const findings = { lost: 0, surplus: 0, repeated: 0, unknown: 0 };
    for (const { taken, n } of arrivals) {
      if (taken > 1) findings.repeated += 1;
      if (!this.#times.has(n)) findings.unknown += 1;
    }
    for (const [n, times] of this.#times) {
      const taken = (byNumber.get(n) ?? []).filter((arrival) => arrival.taken > 0);
      if (times === null) findings.surplus += taken.length - new Set(taken.map(({ dueMs }) => dueMs)).size;
      else if (taken.length < times) findings.lost += times - taken.length;
      else findings.surplus += taken.length - times;
    }
    return findings;
  }
}

/** All are to be 0. */
export interface Findings {
  /** Accepted, and never taken by the receiver. */
  lost: number;
  /** Taken under another `webhook-id`, or though they were cancelled. */
  surplus: number;
  /** Taken more than once under one `webhook-id`. */
  repeated: number;
  /** Never accepted. */
  unknown: number;
}
