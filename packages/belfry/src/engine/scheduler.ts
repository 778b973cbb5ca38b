import type { Timer } from "./clock.ts";
import { settleMissed } from "./missed.ts";
import type { EngineDeps } from "./ports.ts";
import { promoteDue } from "./promote.ts";
import { purgeOld } from "./purge.ts";

/**
 * The scheduler: a pass every tick, one at a time. It only moves rows; a slow destination never slows
 * it.
 */
export class Scheduler {
  readonly #deps: EngineDeps;
  readonly #onStored: (sendAtMs: number) => void;
  #timer: Timer | null = null;
  #passing: Promise<void> | null = null;
  #isRunning = false;
  #isWanted = false;

  /** @param onStored told when deliveries have been made, with the soonest instant of theirs */
  constructor(deps: EngineDeps, onStored: (sendAtMs: number) => void) {
    this.#deps = deps;
    this.#onStored = onStored;
  }

  /** Catches up on what was missed, then makes a pass every tick. */
  async start(): Promise<void> {
    await this.catchUp();
    this.#isRunning = true;
    this.#passLater();
  }

  /** Promotes what is due and applies `catchUp` to what nobody was there to send. */
  async catchUp(): Promise<number> {
    const made = await promoteDue(this.#deps, this.#onStored);
    await settleMissed(this.#deps);
    return made;
  }

  /** Makes a pass now; while one is running, another one follows it. */
  passNow(): void {
    if (!this.#isRunning) return;
    this.#isWanted = true;
    if (this.#passing !== null) return;
    this.#timer?.cancel();
    this.#passing = this.#passWhileWanted().finally(() => {
      this.#passing = null;
      if (this.#isRunning) this.#passLater();
    });
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#timer?.cancel();
    await this.#passing;
  }

  #passLater(): void {
    const { clock, tuning } = this.#deps;
    this.#timer = clock.at(clock.now() + tuning.tickMs, () => this.passNow());
  }

  async #passWhileWanted(): Promise<void> {
    while (this.#isRunning && this.#isWanted) {
      this.#isWanted = false;
      await this.#pass();
    }
  }

  async #pass(): Promise<void> {
    try {
      await promoteDue(this.#deps, this.#onStored);
      await purgeOld(this.#deps);
    } catch (error) {
      this.#deps.onFault("make a scheduler's pass", error);
    }
  }
}
