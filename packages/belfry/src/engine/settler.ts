import type { Attempt } from "../domain/delivery.ts";
import type { Settled, Settlement, Store } from "../store/store.ts";
import type { Clock, Timer } from "./clock.ts";
import { plainSettlement } from "./plain-settlement.ts";
import type { Tuning } from "./ports.ts";
import { isOfWholeStore, RefusedOutcomes } from "./refused-outcomes.ts";

/** How long to wait after the store could not be asked. */
const FAULT_PAUSE_MS = 1_000;

/**
 * What the store did with an outcome: recorded it, or did so and left the lease to its worker, or refused it, as
 * the lease is lost. `unsure`: it is recorded, and leased, to this worker or another.
 */
export type SettleAnswer = "recorded" | "kept" | "unsure" | "refused";

/**
 * An outcome on its way to the disk. In a herd thousands wait there, so all that is to go on with them lies in this
 * one object: what waits with a promise keeps every frame behind it.
 */
export interface Recording {
  readonly settlement: Settlement;
  /** The settler's own: the store has failed with it, and may have recorded it all the same. */
  mayBeRecorded?: boolean;
}

export interface SettlerDeps {
  store: Store;
  clock: Clock;
  tuning: Pick<Tuning, "settleBatch" | "settleRest" | "longestRestMs" | "settleBacklog">;
  onFault: (what: string, error: unknown) => void;
  /** Whether attempts are running that settling would hold up. */
  isSending: () => boolean;
}

/** Hears what the store did with an outcome; what it throws is reported, and holds up no other. */
export type OnSettled<Item extends Recording> = (item: Item, answer: SettleAnswer) => void;

/**
 * Records outcomes in batches: the first at once, the others together as soon as the last batch is on
 * disk. While there is something to send, a batch is rested from, so that most of the time is for sending.
 */
export class Settler<Item extends Recording> {
  readonly #deps: SettlerDeps;
  readonly #onSettled: OnSettled<Item>;
  readonly #waiting: Item[] = [];
  readonly #refused: RefusedOutcomes<Item>;
  readonly #timers = new Set<Timer>();
  #isBusy = false;
  #isEnded = false;
  /** How long to wait after the batch that was not recorded. */
  #pauseMs = 0;

  constructor(deps: SettlerDeps, onSettled: OnSettled<Item>) {
    this.#deps = deps;
    this.#onSettled = onSettled;
    this.#refused = new RefusedOutcomes(deps.clock, () => this.#begin());
  }

  /** Records an outcome; tells once it is on disk, or refused. */
  settle(item: Item): void {
    if (this.#isEnded) return;
    this.#waiting.push(item);
    this.#begin();
  }

  /**
   * Gives up what is not recorded: whoever finds its lease ended takes it for in doubt. For the end of a process whose
   * store fails, which nothing of it may outlive.
   */
  end(): void {
    this.#isEnded = true;
    this.#waiting.length = 0;
    this.#refused.end();
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #begin(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    const { clock, tuning } = this.#deps;
    const batch = this.#refused.nextBatch(this.#waiting, tuning.settleBatch);
    // It may have ended since this was planned.
    if (batch.length === 0) return;
    const begunAtMs = clock.now();
    const settled = await this.#record(batch);
    const costMs = Math.max(0, clock.now() - begunAtMs);
    // Before anybody hears of this one: what that brings has its turn as everything else has.
    this.#planNext(settled ? this.#restAfter(costMs) : this.#pauseMs);
    if (settled) this.#tellAll(batch, settled);
  }

  /** Where more waits than a herd leaves behind in passing, rests would only fill the worker's hand with it. */
  #restAfter(costMs: number): number {
    const { isSending, tuning } = this.#deps;
    if (!isSending() || this.#waiting.length >= tuning.settleBacklog) return 0;
    return Math.min(costMs * tuning.settleRest, tuning.longestRestMs);
  }

  #planNext(restMs: number): void {
    if (this.#waiting.length === 0 && !this.#refused.isReady) this.#isBusy = false;
    else if (restMs === 0) setImmediate(() => void this.#flush());
    else this.#later(restMs, () => void this.#flush());
  }

  #later(waitMs: number, ring: () => void): void {
    const { clock } = this.#deps;
    if (this.#isEnded) return;
    const timer = clock.at(clock.now() + waitMs, () => {
      this.#timers.delete(timer);
      ring();
    });
    this.#timers.add(timer);
  }

  /** What is known of a sent message must not be lost: a batch that the store refuses is kept. */
  async #record(batch: readonly Item[]): Promise<Settled | null> {
    try {
      const settled = await this.#deps.store.settle(batch.map((item) => this.#toRecord(item)));
      this.#refused.recorded(batch);
      return settled;
    } catch (error) {
      this.#keep(batch, error);
      return null;
    }
  }

  /** One that the store refuses again and again, while it takes others, loses what others have said in it. */
  #toRecord(item: Item): Settlement {
    return this.#refused.isSuspect(item) ? plainSettlement(item.settlement) : item.settlement;
  }

  #keep(batch: readonly Item[], error: unknown): void {
    const [first] = batch;
    const isAlone = batch.length === 1 && !isOfWholeStore(error);
    const what = isAlone ? `delivery ${first?.settlement.deliveryId}` : "deliveries";
    this.#deps.onFault(`settle ${what}`, error);
    if (this.#isEnded) return;
    for (const item of batch) item.mayBeRecorded = true;
    const { again, pauseMs } = this.#refused.failed(batch, error);
    this.#waiting.unshift(...again);
    this.#pauseMs = pauseMs;
  }

  #tellAll(batch: readonly Item[], settled: Settled): void {
    const [refused, kept] = [new Set(settled.refused), new Set(settled.kept)];
    for (const item of batch) {
      const { deliveryId } = item.settlement;
      if (!refused.has(deliveryId)) this.#tell(item, kept.has(deliveryId) ? "kept" : "recorded");
      else if (item.mayBeRecorded) void this.#lookUp(item);
      else this.#tell(item, "refused");
    }
  }

  #tell(item: Item, answer: SettleAnswer): void {
    try {
      this.#onSettled(item, answer);
    } catch (error) {
      this.#deps.onFault(`go on with delivery ${item.settlement.deliveryId}`, error);
    }
  }

  /** While the store does not answer, nobody knows: then it is settled again, and looked up if that is refused. */
  async #lookUp(item: Item): Promise<void> {
    const { onFault } = this.#deps;
    let answer: SettleAnswer;
    try {
      answer = await this.#whatWasRecorded(item.settlement);
    } catch (error) {
      onFault("look whether a delivery is settled", error);
      this.#later(FAULT_PAUSE_MS, () => this.settle(item));
      return;
    }
    this.#tell(item, answer);
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
