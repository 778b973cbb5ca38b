import type { Timer } from "./clock.ts";
import { settleMissed } from "./missed.ts";
import type { EngineDeps } from "./ports.ts";
import { promoteDue } from "./promote.ts";
import { purgeOld } from "./purge.ts";
import type { StepKeeper } from "./step-keeper.ts";

/**
 * How long reminders may follow their recipients before what was missed is caught up with: it is decided by what the
 * recipients are now, unless so many were changed that everybody else would wait for them.
 */
const FOLLOWS_FIRST_MS = 1_000;

export interface SchedulerOptions {
  /** Told when deliveries have been made, with the soonest instant of theirs. */
  onStored: (sendAtMs: number) => void;
  /** Has reminders follow their recipients. */
  keeper: Pick<StepKeeper, "followAll" | "followWithin">;
  /** Told of each pass: what takes long, and holds up nothing, goes on beside it. */
  onPass: () => void;
}

/**
 * The scheduler: a pass every tick, one at a time. It only moves rows; a slow destination never slows
 * it.
 */
export class Scheduler {
  readonly #deps: EngineDeps;
  readonly #onStored: (sendAtMs: number) => void;
  readonly #keeper: SchedulerOptions["keeper"];
  readonly #onPass: () => void;
  #timer: Timer | null = null;
  #passing: Promise<void> | null = null;
  #isRunning = false;
  #isWanted = false;

  constructor(deps: EngineDeps, { onStored, keeper, onPass }: SchedulerOptions) {
    this.#deps = deps;
    this.#onStored = onStored;
    this.#keeper = keeper;
    this.#onPass = onPass;
  }

  /** Makes a pass every tick. */
  start(): void {
    this.#isRunning = true;
    this.#passLater();
  }

  /**
   * Promotes what is due and applies `catchUp` to what nobody was there to send.
   *
   * @param aliveUntilMs when one that sends was last alive; null if none ever was
   */
  async catchUp(aliveUntilMs: number | null): Promise<number> {
    await this.#followFirst(aliveUntilMs);
    const made = await promoteDue(this.#deps, { onStored: this.#onStored, isWanted: () => true });
    await settleMissed(this.#deps, aliveUntilMs);
    return made;
  }

  /** While another one sends, nothing was missed, and nobody need wait. */
  async #followFirst(aliveUntilMs: number | null): Promise<void> {
    const { clock, tuning } = this.#deps;
    const isMissed = clock.now() - (aliveUntilMs ?? 0) > tuning.missedAfterMs;
    if (isMissed) await this.#keeper.followWithin(FOLLOWS_FIRST_MS);
    else void this.#keeper.followAll();
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
    const beganAtMs = this.#deps.clock.now();
    this.#onPass();
    // Beside it, since thousands may have been changed at once; what is planned with an old one is found when it is claimed.
    void this.#keeper.followAll();
    try {
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
