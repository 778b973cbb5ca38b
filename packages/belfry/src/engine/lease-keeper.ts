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
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #renewing: Promise<void> | null = null;

  constructor(deps: EngineDeps, runner: Runner) {
    this.#deps = deps;
    this.#runner = runner;
  }

  /** Looks after leases as long as there are any. */
  watch(): void {
    const { clock, tuning } = this.#deps;
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

  /** Renews what ends within half a lease, or has ended; who asks meanwhile waits for the same. */
  renewEnding(): Promise<void> {
    return this.#renewBefore(this.#deps.clock.now() + this.#deps.tuning.leaseMs / 2);
  }

  /** Renews all there is, as after a time in which others may have taken it over. */
  renewAll(): Promise<void> {
    return this.#renewBefore(this.#deps.clock.now() + this.#deps.tuning.leaseMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  async #renewSafely(): Promise<void> {
    try {
      await this.renewEnding();
    } catch (error) {
      this.#deps.onFault("renew leases", error);
    }
    this.watch();
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
