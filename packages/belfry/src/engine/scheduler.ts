import type { Timer } from "./clock.ts";
import { settleMissed } from "./missed.ts";
import type { EngineDeps } from "./ports.ts";
import { promoteDue } from "./promote.ts";
import { purgeOld } from "./purge.ts";

export interface SchedulerOptions {
  /** The worker in whose name it notes that someone is alive. */
  worker: string;
  /** Told when deliveries have been made, with the soonest instant of theirs. */
  onStored: (sendAtMs: number) => void;
}

/**
 * The scheduler: a pass every tick, one at a time. It only moves rows; a slow destination never slows
 * it.
 */
export class Scheduler {
  readonly #deps: EngineDeps;
  readonly #worker: string;
  readonly #onStored: (sendAtMs: number) => void;
  #timer: Timer | null = null;
  #passing: Promise<void> | null = null;
  #isRunning = false;
  #isWanted = false;

  constructor(deps: EngineDeps, { worker, onStored }: SchedulerOptions) {
    this.#deps = deps;
    this.#worker = worker;
    this.#onStored = onStored;
  }

  /** Catches up on what was missed, then makes a pass every tick. */
  async start(): Promise<void> {
    const beganAtMs = this.#deps.clock.now();
    this.#tell(beganAtMs, await this.catchUp());
    this.#isRunning = true;
    this.#passLater();
  }

  /** Promotes what is due and applies `catchUp` to what nobody was there to send. */
  async catchUp(): Promise<number> {
    const made = await promoteDue(this.#deps, { onStored: this.#onStored, isWanted: () => true });
    await settleMissed(this.#deps);
    await this.#beat();
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
    await this.#beat().catch((error: unknown) => this.#deps.onFault("note the end of the worker", error));
  }

  #beat(): Promise<void> {
    return this.#deps.store.beat(this.#worker, this.#deps.clock.now());
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
    const beganAtMs = this.#deps.clock.now();
    try {
      await this.#beat();
      const made = await promoteDue(this.#deps, {
        onStored: this.#onStored,
        isWanted: () => this.#isRunning,
      });
      await purgeOld(this.#deps, () => this.#isRunning);
      this.#tell(beganAtMs, made);
    } catch (error) {
      this.#tell(beganAtMs, null);
      this.#deps.onFault("make a scheduler's pass", error);
    }
  }

  /** @param made how many deliveries the pass made; null if it was broken off */
  #tell(beganAtMs: number, made: number | null): void {
    const durationMs = Math.max(0, this.#deps.clock.now() - beganAtMs);
    this.#deps.observe?.({ kind: "pass", deliveries: made ?? 0, durationMs, isOk: made !== null });
  }
}
