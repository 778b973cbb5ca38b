import type { Lease } from "../store/store.ts";
import type { EngineDeps } from "./ports.ts";

/** How long to wait after the store failed. */
const FAULT_PAUSE_MS = 1_000;

export interface LeaseReturnEvents {
  /** Runs `work` while nothing is claimed. */
  undisturbed: (work: () => Promise<void>) => Promise<void>;
  /** Whether the worker has it in hand by now, claimed anew. */
  isHeld: (deliveryId: string) => boolean;
  /** What the store did not take at first can be claimed now. */
  onReturned: () => void;
}

/**
 * Gives leases back. What nobody holds must not stay leased: it would be found in doubt when its lease ends, as if
 * its worker had ended without a word. So what the store does not take now is given back as soon as it does.
 */
export class LeaseReturn {
  readonly #deps: Pick<EngineDeps, "clock" | "onFault" | "store">;
  readonly #events: LeaseReturnEvents;
  #owed: Lease[] = [];
  #isEnded = false;
  #isPlanned = false;

  constructor(deps: Pick<EngineDeps, "clock" | "onFault" | "store">, events: LeaseReturnEvents) {
    this.#deps = deps;
    this.#events = events;
  }

  /** Rejects if the store does not take them now; they are given back later all the same. */
  async give(leases: readonly Lease[]): Promise<void> {
    if (leases.length === 0) return;
    try {
      await this.#deps.store.release(leases);
    } catch (error) {
      this.#owed.push(...leases);
      this.#planNext();
      throw error;
    }
  }

  /** The same, and tells of it instead of rejecting. */
  async giveSafely(leases: readonly Lease[]): Promise<void> {
    await this.give(leases).catch((error: unknown) => this.#deps.onFault("give leases back", error));
  }

  /** Gives back these and what is owed; what the store does not take now, the next start does. */
  async end(leases: readonly Lease[]): Promise<void> {
    this.#isEnded = true;
    await this.giveSafely([...this.#owed.splice(0), ...leases]);
  }

  #planNext(): void {
    const { clock } = this.#deps;
    if (this.#isEnded || this.#isPlanned) return;
    this.#isPlanned = true;
    clock.at(clock.now() + FAULT_PAUSE_MS, () => {
      this.#isPlanned = false;
      void this.#events.undisturbed(() => this.#giveOwed());
    });
  }

  async #giveOwed(): Promise<void> {
    if (this.#isEnded) return;
    // Claimed anew while this waited, it has another lease.
    const leases = this.#owed.splice(0).filter(({ deliveryId }) => !this.#events.isHeld(deliveryId));
    if (leases.length === 0) return;
    await this.giveSafely(leases);
    if (this.#owed.length === 0) this.#events.onReturned();
  }
}
