import type { Timer } from "./clock.ts";
import type { EngineDeps } from "./ports.ts";
import type { Runner } from "./runner.ts";

/** Leases renewed in one call: bounds how long the store keeps the event loop. */
const RENEW_BATCH = 500;

/** Keeps the leases of what a worker holds from ending. */
export class LeaseKeeper {
  readonly #deps: EngineDeps;
  readonly #runner: Runner;
  #timer: Timer | null = null;
  /** Not any more once it is stopped, whatever is being renewed then. */
  #isWatching = false;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #renewing: Promise<void> | null = null;
  #renewingNext: Promise<void> | null = null;

  constructor(deps: EngineDeps, runner: Runner) {
    this.#deps = deps;
    this.#runner = runner;
  }

  /** Looks after leases as long as there are any. */
  watch(): void {
    const { clock, tuning } = this.#deps;
    this.#isWatching = true;
    if (this.#runner.hand.size === 0) return;
    this.#timer ??= clock.at(clock.now() + tuning.leaseMs / 6, () => {
      this.#timer = null;
      void this.#renewSafely();
    });
  }

  /**
   * To be called before each claim. After the clock was set, or the process slept, leases have ended: the
   * worker would claim its own anew, and take itself for one that ended without a word.
   */
  async beforeClaim(nowMs: number): Promise<void> {
    if (nowMs > this.#renewedAtMs + this.#deps.tuning.leaseMs / 2) await this.renewEnding();
  }

  /** Renews what ends within half a lease, or has ended. */
  renewEnding(): Promise<void> {
    return this.#renewWithin(this.#deps.tuning.leaseMs / 2);
  }

  /** Renews all there is, as after a time in which others may have taken it over. */
  async renewAll(): Promise<void> {
    // What is being renewed may be less than all, and what that meets is told to whoever asked for it.
    await this.#renewing?.catch(() => {});
    await this.#renewBefore(this.#deps.clock.now() + this.#deps.tuning.leaseMs);
  }

  stop(): void {
    this.#isWatching = false;
    this.#timer?.cancel();
    this.#timer = null;
  }

  async #renewSafely(): Promise<void> {
    try {
      await this.renewEnding();
    } catch (error) {
      this.#deps.onFault("renew leases", error);
    }
    if (this.#isWatching) this.watch();
  }

  /** What is being renewed may have been chosen before a delivery came in hand: who asks meanwhile waits for the next. */
  #renewWithin(ms: number): Promise<void> {
    const { clock } = this.#deps;
    if (this.#renewing === null) return this.#renewBefore(clock.now() + ms);
    this.#renewingNext ??= this.#renewing
      .catch(() => {})
      .then(() => {
        this.#renewingNext = null;
        return this.#renewBefore(clock.now() + ms);
      });
    return this.#renewingNext;
  }

  #renewBefore(beforeMs: number): Promise<void> {
    this.#renewing ??= this.#renewAllBefore(beforeMs).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renewAllBefore(beforeMs: number): Promise<void> {
    const { clock, store, tuning } = this.#deps;
    const nowMs = clock.now();
    const untilMs = nowMs + tuning.leaseMs;
    for (;;) {
      const leases = this.#runner.leasesEnding(Math.min(beforeMs, untilMs), RENEW_BATCH);
      if (leases.length === 0) break;
      this.#runner.renewed(leases, await store.renew(leases, untilMs), untilMs);
    }
    this.#renewedAtMs = nowMs;
  }
}
