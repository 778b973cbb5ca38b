import type { Timer } from "./clock.ts";
import type { EngineDeps } from "./ports.ts";

/** Why others may take this worker for gone: it is cut off from the store, or was stopped. */
export type Hold = "cut" | "away";

export interface HeldBackEvents {
  /** Begins to send nothing. */
  onHold: () => void;
  /** Renews all that it holds, and so finds out what of it is another's by now. */
  renewAll: () => Promise<void>;
  /** Goes on with what is still its own. */
  onOver: () => void;
  /** Nobody knows when that will be: what it has not begun to send is for others. */
  onTooLong: () => void;
}

/** How long to wait after the store failed. */
const FAULT_PAUSE_MS = 1_000;

/** What a worker holds waits for it to be known as there for so much of a lease: then others are to send it. */
const PATIENCE = 1 / 3;

/** Holds a worker back while others may take it for gone. It claims nothing, then: it could not send it. */
export class HeldBack {
  readonly #deps: Pick<EngineDeps, "clock" | "onFault" | "tuning">;
  readonly #events: HeldBackEvents;
  readonly #reasons = new Set<Hold>();
  /** Counts holds, so that what ends one does not end the next. */
  #number = 0;
  #isHeld = false;
  #isTooLong = false;
  #isStopped = false;
  #timer: Timer | null = null;
  #waiting: ((mayGoOn: boolean) => void)[] = [];

  constructor(deps: Pick<EngineDeps, "clock" | "onFault" | "tuning">, events: HeldBackEvents) {
    this.#deps = deps;
    this.#events = events;
  }

  /** From the first hold on until it goes on, and knows what is its own. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Begins to send nothing until it may go on. */
  hold(reason: Hold): void {
    this.#reasons.add(reason);
    this.#number += 1;
    this.#events.onHold();
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#loseHopeLater();
  }

  /** It is known to be there: goes on once it knows what is still its own, unless it is held for another reason. */
  goOn(reason: Hold): void {
    this.#reasons.delete(reason);
    if (this.#reasons.size === 0) void this.#goOnAfter(this.#number);
  }

  /** Resolves once it is not held, with true; with false if that takes too long. */
  over(): Promise<boolean> {
    if (!this.#isHeld || this.#isTooLong) return Promise.resolve(!this.#isHeld);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Nothing is to be given back by it any more. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#tell(false);
  }

  /** More than once: what was claimed, or begun, when the hold came is in hand only afterwards. */
  #loseHopeLater(): void {
    const { clock, tuning } = this.#deps;
    if (this.#isStopped) return;
    this.#timer = clock.at(clock.now() + tuning.leaseMs * PATIENCE, () => {
      this.#isTooLong = true;
      this.#events.onTooLong();
      this.#tell(false);
      this.#loseHopeLater();
    });
  }

  async #goOnAfter(hold: number): Promise<void> {
    const { clock, onFault } = this.#deps;
    try {
      await this.#events.renewAll();
      if (hold === this.#number) this.#end();
    } catch (error) {
      onFault("renew leases", error);
      clock.at(clock.now() + FAULT_PAUSE_MS, () => {
        if (hold === this.#number) void this.#goOnAfter(hold);
      });
    }
  }

  #end(): void {
    this.#timer?.cancel();
    this.#isHeld = false;
    this.#isTooLong = false;
    this.#events.onOver();
    this.#tell(true);
  }

  #tell(mayGoOn: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(mayGoOn);
  }
}
