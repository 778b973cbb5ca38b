import type { Attempt } from "../domain/delivery.ts";
import type { Settled, Settlement, Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Tuning } from "./ports.ts";

/** How long to wait after the store failed. */
const FAULT_PAUSE_MS = 1_000;

/**
 * What the store did with an outcome: recorded it, or did so and left the lease to its worker, or refused it, as
 * the lease is lost. `unsure`: it is recorded, and leased, to this worker or another.
 */
export type SettleAnswer = "recorded" | "kept" | "unsure" | "refused";

/** Hears what the store did with an outcome; it must not throw. */
export type OnSettled = (answer: SettleAnswer) => void;

interface Waiting {
  settlement: Settlement;
  /** Whether the store has failed with it: it may have recorded it all the same. */
  mayBeRecorded: boolean;
  done: OnSettled;
}

export interface SettlerDeps {
  store: Store;
  clock: Clock;
  tuning: Pick<Tuning, "settleBatch" | "settleRest" | "longestRestMs">;
  onFault: (what: string, error: unknown) => void;
  /** Whether attempts are running that settling would hold up. */
  isSending: () => boolean;
}

/**
 * Records outcomes in batches: the first at once, the others together as soon as the last batch is on
 * disk. While there is something to send, a batch is rested from, so that most of the time is for sending.
 */
export class Settler {
  readonly #deps: SettlerDeps;
  readonly #waiting: Waiting[] = [];
  #isBusy = false;

  constructor(deps: SettlerDeps) {
    this.#deps = deps;
  }

  /**
   * Records an outcome; tells once it is on disk, or refused. In a herd thousands wait here, and what waits with
   * a promise keeps all the frames behind it, which is why it is told in this way.
   */
  settle(settlement: Settlement, done: OnSettled): void {
    this.#queue({ settlement, mayBeRecorded: false, done });
  }

  #queue(waiting: Waiting): void {
    this.#waiting.push(waiting);
    if (this.#isBusy) return;
    this.#isBusy = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    const { clock, isSending, tuning } = this.#deps;
    const batch = this.#waiting.splice(0, tuning.settleBatch);
    const begunAtMs = clock.now();
    const isRecorded = await this.#record(batch);
    const costMs = Math.max(0, clock.now() - begunAtMs);
    const restMs = isSending() ? Math.min(costMs * tuning.settleRest, tuning.longestRestMs) : 0;
    if (this.#waiting.length === 0) this.#isBusy = false;
    else if (isRecorded && restMs === 0) setImmediate(() => void this.#flush());
    else clock.at(clock.now() + (isRecorded ? restMs : FAULT_PAUSE_MS), () => void this.#flush());
  }

  /** What is known of a sent message must not be lost: a batch that the store refuses is kept. */
  async #record(batch: readonly Waiting[]): Promise<boolean> {
    let settled: Settled;
    try {
      settled = await this.#deps.store.settle(batch.map((waiting) => waiting.settlement));
    } catch (error) {
      this.#deps.onFault("settle deliveries", error);
      this.#waiting.unshift(...batch.map((waiting) => ({ ...waiting, mayBeRecorded: true })));
      return false;
    }
    const [refused, kept] = [new Set(settled.refused), new Set(settled.kept)];
    for (const waiting of batch) {
      const { deliveryId } = waiting.settlement;
      if (!refused.has(deliveryId)) waiting.done(kept.has(deliveryId) ? "kept" : "recorded");
      else if (waiting.mayBeRecorded) void this.#lookUp(waiting);
      else waiting.done("refused");
    }
    return true;
  }

  /** While the store does not answer, nobody knows: then it is settled again, and looked up if that is refused. */
  async #lookUp(waiting: Waiting): Promise<void> {
    const { clock, onFault } = this.#deps;
    try {
      waiting.done(await this.#whatWasRecorded(waiting.settlement));
    } catch (error) {
      onFault("look whether a delivery is settled", error);
      clock.at(clock.now() + FAULT_PAUSE_MS, () => this.#queue(waiting));
    }
  }

  /** Its answer was lost on the way: the second time the store refuses what it has recorded the first time. */
  async #whatWasRecorded(settlement: Settlement): Promise<SettleAnswer> {
    const { tenantId, deliveryId, attempt, state } = settlement;
    const delivery = await this.#deps.store.findDelivery(tenantId, deliveryId);
    const isRecorded = attempt
      ? delivery?.story.some((told) => isSame(told, attempt))
      : delivery?.state === state;
    if (!isRecorded) return "refused";
    const mayBeKept = settlement.state === "retrying" && settlement.keep && delivery?.state === "leased";
    return mayBeKept ? "unsure" : "recorded";
  }
}

function isSame(told: Attempt, attempt: Attempt): boolean {
  const { worker, startedAtMs, outcome } = attempt;
  return told.worker === worker && told.startedAtMs === startedAtMs && told.outcome === outcome;
}
