import type { Clock, Timer } from "./clock.ts";
import { Heap } from "./heap.ts";

interface Ring {
  atMs: number;
  /** Rings at one instant ring in the order in which they were set. */
  order: number;
  ring: () => void;
  isCancelled: boolean;
}

/** A clock that moves only when it is told to, from ring to ring: for rehearsals and tests. */
export class VirtualClock implements Clock {
  readonly #rings = new Heap<Ring>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order));
  readonly #settle: () => Promise<void>;
  #nowMs: number;
  #order = 0;

  /** @param settle resolves once what a ring has started has come to rest; default: after a chain of commits in memory */
  constructor(nowMs: number, settle: () => Promise<void> = settled) {
    this.#nowMs = nowMs;
    this.#settle = settle;
  }

  now(): number {
    return this.#nowMs;
  }

  at(atMs: number, ring: () => void): Timer {
    const entry: Ring = { atMs, order: this.#order++, ring, isCancelled: false };
    this.#rings.push(entry);
    return {
      cancel: () => {
        entry.isCancelled = true;
      },
    };
  }

  /** Moves on by `ms`, ringing on the way; what a ring starts may finish before the next one. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.#settle();
    for (let next = this.#rings.peek(); next && next.atMs <= endMs; next = this.#rings.peek()) {
      this.#rings.pop();
      if (next.isCancelled) continue;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.ring();
      await this.#settle();
    }
    this.#nowMs = endMs;
  }

  /**
   * Is set to another time while all goes on, by a hand or by the network. What was to ring rings after as
   * long as it would have if it is set back, else as soon as the clock moves.
   */
  setBy(ms: number): void {
    this.#nowMs += ms;
    // All by the same, so that their order stays.
    if (ms < 0) for (const ring of this.#rings.items()) ring.atMs += ms;
  }

  /** Jumps without ringing, as while nothing runs. */
  jump(ms: number): void {
    this.#nowMs += ms;
  }
}

/** Turns of the event loop enough for a chain of commits in memory to come to rest. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
}
