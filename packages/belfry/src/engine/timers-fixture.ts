import type { Timer } from "./clock.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** The timers of a clock that have neither rung nor been called off. */
export function watchTimers(clock: VirtualClock): Set<Timer> {
  const waiting = new Set<Timer>();
  const at = clock.at.bind(clock);
  clock.at = (atMs, ring) => {
    const inner = at(atMs, () => {
      waiting.delete(timer);
      ring();
    });
    const timer: Timer = {
      cancel: () => {
        waiting.delete(timer);
        inner.cancel();
      },
    };
    waiting.add(timer);
    return timer;
  };
  return waiting;
}
