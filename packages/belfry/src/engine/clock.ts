/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/** Time, injected everywhere. */
export interface Clock {
  /** Milliseconds since the epoch, with fractions where there are some. */
  now(): number;
  /**
   * Calls `ring` once, at `atMs` or as soon as possible after it. Before it only if the clock is set back
   * meanwhile: then when as much time has passed as there was to wait, so that what is done now and then
   * goes on. Who waits for the instant itself looks at the clock again.
   */
  at(atMs: number, ring: () => void): Timer;
}

/** A longer wait is made of several, so that a clock that is set, or a machine that slept, is soon noticed. */
const LONGEST_WAIT_MS = 1_000;

/** By less than this a clock is not set back, but kept right. */
export const SET_BACK_MS = 1_000;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at: (atMs, ring) => waitOn(systemClock, atMs, ring),
};

/** Waits for an instant of a clock that runs by itself, as `Clock.at` says. */
export function waitOn(clock: Pick<Clock, "now">, atMs: number, ring: () => void): Timer {
  const endMs = performance.now() + atMs - clock.now();
  let handle: NodeJS.Timeout;
  const arm = (): void => {
    const leftMs = Math.max(0, Math.ceil(atMs - clock.now()));
    handle = setTimeout(look, Math.min(LONGEST_WAIT_MS, leftMs));
  };
  // Node's timers may ring up to a millisecond early.
  const look = (): void => {
    const leftMs = atMs - clock.now();
    const isSetBack = performance.now() >= endMs && leftMs > SET_BACK_MS;
    if (leftMs <= 0 || isSetBack) ring();
    else arm();
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}
