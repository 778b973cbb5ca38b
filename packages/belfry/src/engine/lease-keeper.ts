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
      void this.#renew();
    });
  }

  /**
   * To be called before each claim. After the clock was set, or the process slept, leases have ended: the
   * worker would claim its own anew, and take itself for one that ended without a word.
   */
  async beforeClaim(nowMs: number): Promise<void> {
    if (nowMs > this.#renewedAtMs + this.#deps.tuning.leaseMs / 2) await this.#renewEnding(nowMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  async #renew(): Promise<void> {
    const { clock, onFault } = this.#deps;
    try {
      await this.#renewEnding(clock.now());
    } catch (error) {
      onFault("renew leases", error);
    }
    this.watch();
  }

  /** Renews what ends within half a lease, or has ended. */
  async #renewEnding(nowMs: number): Promise<void> {
    const { store, tuning } = this.#deps;
    const untilMs = nowMs + tuning.leaseMs;
    for (;;) {
      const leases = this.#runner.leasesEnding(nowMs + tuning.leaseMs / 2, RENEW_BATCH);
      if (leases.length === 0) break;
      this.#runner.renewed(leases, await store.renew(leases, untilMs), untilMs);
    }
    this.#renewedAtMs = nowMs;
  }
}
