import { type Clock, SET_BACK_MS, systemClock, type Timer, waitOn } from "./clock.ts";

/** Round trips of one measurement: the quickest tells best. While none is quick, more are made. */
const SAMPLES = 3;
const MOST_SAMPLES = 10;
const QUICK_TRIP_MS = 20;
/** What is known grows worse by so much of the time that passes. */
const DRIFT = 1 / 10_000;
/** How often it is measured anew: quartz drifts by some milliseconds in a minute. */
const MEASURE_EVERY_MS = 10_000;
/** A round trip that took longer says too little of when it was answered. */
const LONGEST_TRIP_MS = 250;

/** One round trip, and how far the other clock is from the monotonic one by it. */
interface Measurement {
  tripMs: number;
  offsetMs: number;
}

/**
 * Another's clock, by its distance from this machine's monotonic one: a machine whose own clock is wrong,
 * or is set while it runs, neither rings early nor late. Until it is measured it is the machine's own.
 */
export class MeasuredClock implements Clock {
  #offsetMs = systemClock.now() - performance.now();
  /** How far wrong the offset may have been when it was measured. */
  #errorMs = Number.POSITIVE_INFINITY;
  #measuredAtMs = 0;
  #timer: NodeJS.Timeout | null = null;

  now(): number {
    return Math.floor(performance.now() + this.#offsetMs);
  }

  at(atMs: number, ring: () => void): Timer {
    return waitOn(this, atMs, ring);
  }

  /** How far this machine's own clock is ahead, in ms; negative: behind. */
  get skewMs(): number {
    return systemClock.now() - this.now();
  }

  /**
   * Measures the clock that `read` asks for, and goes by it from now on.
   *
   * @param read resolves with that clock's time, in ms since the epoch; what it rejects with, this does too
   */
  async measure(read: () => Promise<number>): Promise<void> {
    let best = { tripMs: Number.POSITIVE_INFINITY, offsetMs: this.#offsetMs };
    for (let sample = 0; sample < MOST_SAMPLES; sample++) {
      if (sample >= SAMPLES && best.tripMs <= QUICK_TRIP_MS) break;
      const begunMs = performance.now();
      const readMs = await read();
      const tripMs = performance.now() - begunMs;
      if (tripMs < best.tripMs) best = { tripMs, offsetMs: readMs + tripMs / 2 - performance.now() };
    }
    if (this.#isBetter(best)) this.#keep(best);
  }

  /** Measures again and again. @param onFault told when it could not be measured; it goes on as it was */
  follow(read: () => Promise<number>, onFault: (error: unknown) => void): void {
    const again = (): void => {
      this.#timer = setTimeout(() => void this.measure(read).catch(onFault).finally(again), MEASURE_EVERY_MS);
      this.#timer.unref();
    };
    again();
  }

  /** Measures no more. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** A machine that was busy must not spoil what was measured while it was not. */
  #isBetter({ tripMs, offsetMs }: Measurement): boolean {
    const errorMs = tripMs / 2;
    const knownErrorMs = this.#errorMs + (performance.now() - this.#measuredAtMs) * DRIFT;
    const isFar = Math.abs(offsetMs - this.#offsetMs) > SET_BACK_MS + errorMs;
    return isFar || (tripMs <= LONGEST_TRIP_MS && errorMs <= knownErrorMs);
  }

  #keep({ tripMs, offsetMs }: Measurement): void {
    this.#offsetMs = offsetMs;
    this.#errorMs = tripMs / 2;
    this.#measuredAtMs = performance.now();
  }
}
