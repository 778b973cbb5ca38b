/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/** Time, injected everywhere. */
export interface Clock {
  /** Milliseconds since the epoch, with fractions where there are some. */
  now(): number;
  /** Calls `ring` once, at `atMs` or as soon as possible after it, never before. */
  at(atMs: number, ring: () => void): Timer;
}

/** Node takes no longer timers than this; longer waits are made of several. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  at: (atMs, ring) => {
    let handle: NodeJS.Timeout;
    const arm = (): void => {
      const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(atMs - Date.now())));
      handle = setTimeout(() => {
        // Node's timers may ring up to a millisecond early, and the clock may have been set back.
        if (Date.now() < atMs) arm();
        else ring();
      }, waitMs);
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  },
};
