import type { Holding } from "../domain/holding.ts";
import type { Lease } from "../store/store.ts";
import type { Timer } from "./clock.ts";
import { HeldBack, type Hold } from "./held-back.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import { LeaseReturn } from "./lease-return.ts";
import { Lock } from "./lock.ts";
import type { EngineDeps } from "./ports.ts";
import { shareOf } from "./promote.ts";
import { Runner } from "./runner.ts";
import { shareTexts } from "./share-texts.ts";
import type { Stale } from "./step-keeper.ts";
import { allSettled, isWithin } from "./unsettled.ts";

/** Deliveries of one lane in hand: as many as run at once, then few, as the hand fills. */
const LANE_LIMIT_WHEN_HALF_FULL = 50;
const LANE_LIMIT_WHEN_NEARLY_FULL = 5;

/** How long to wait after the store failed. */
const FAULT_PAUSE_MS = 1_000;

/** How long before its instant a delivery stored for the near future is claimed at the latest. */
const LEAD_MS = 100;

/** What a claim has brought. */
interface Claimed {
  taken: number;
  /** Whether there may be more to take. */
  isMore: boolean;
  /** Whether there was no room in the hand. */
  isFull?: boolean;
}

/** What the worker asks of the others. */
export interface DispatcherEvents {
  /** Called before anything is sent; it may hold it. */
  onLook: () => void;
  /** Plans anew what is to go to a recipient; resolves with how long it is held back if it cannot be. Never rejects. */
  onStale: (stale: Stale) => Promise<number | null>;
}

/**
 * The worker: keeps the runner's hand filled with what is due in the next moments. It wakes for the
 * earliest claimable instant, for what it is told of, and when a full hand or lane has room again; it
 * never polls for what it can know.
 */
export class Dispatcher {
  readonly #deps: EngineDeps;
  readonly #worker: string;
  readonly #runner: Runner;
  readonly #leases: LeaseKeeper;
  readonly #returns: LeaseReturn;
  readonly #heldBack: HeldBack;
  readonly #parkedLanes = new Set<string>();
  /** Claims, and what must not be disturbed by them. */
  readonly #turns = new Lock();
  #isHandFull = false;
  #isRunning = false;
  #isUndisturbed = false;
  #isWoken = false;
  #claiming: Promise<void> | null = null;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #wakeTimer: Timer | null = null;

  constructor(deps: EngineDeps, worker: string, { onLook, onStale }: DispatcherEvents) {
    this.#deps = deps;
    this.#worker = worker;
    this.#runner = new Runner(deps, worker, {
      onLook,
      onRoom: (lane) => this.#onRoom(lane),
      onNext: (atMs) => this.wake(atMs),
      onStale,
      onGiveBack: (deliveryId) => this.#giveBackSafely([deliveryId]),
      mayKeep: (lane, atMs) => this.#mayKeep(lane, atMs),
      release: (lease) => this.#returns.giveSafely([lease]),
      releaseUnheard: (lease, isMeant) => this.#releaseUnheard(lease, isMeant),
      renew: () => this.#leases.renewEnding(),
    });
    this.#leases = new LeaseKeeper(deps, this.#runner);
    this.#returns = new LeaseReturn(deps, {
      undisturbed: (work) => this.#turns.run(work),
      isHeld: (deliveryId) => this.#runner.holds([deliveryId]),
      onReturned: () => this.#wakeBy(deps.clock.now()),
    });
    this.#heldBack = new HeldBack(deps, {
      onHold: () => this.#runner.hold(),
      renewAll: () => this.#leases.renewAll(),
      onOver: () => this.#goOnNow(),
      onTooLong: () => void this.#returns.giveSafely(this.#runner.letGoOfWaiting()),
    });
  }

  start(): void {
    this.#isRunning = true;
    this.#wakeBy(this.#deps.clock.now());
  }

  /** Something that is to be sent at `atMs` has been stored. */
  wake(atMs: number): void {
    this.#wakeBy(Math.max(this.#deps.clock.now(), atMs - LEAD_MS));
  }

  /** Sends what is due now until nothing is, or it is held back for too long; resolves with how many deliveries it took. */
  async drain(): Promise<number> {
    const { clock, tuning } = this.#deps;
    let taken = 0;
    for (let isLast = false; !isLast && (await this.#heldBack.over()); ) {
      const claimed = await this.#claim(0);
      taken += claimed.taken;
      if (!claimed.isMore) await allSettled(clock, this.#runner, 2 * tuning.stopWithinMs);
      isLast = claimed.taken === 0 && !claimed.isMore && !claimed.isFull && !this.#heldBack.isHeld;
    }
    // Nothing is held any more, and a timer would keep the process of a pass alive.
    if (!this.#isRunning) this.#leases.stop();
    return taken;
  }

  /** What this worker has in its hands. */
  holding(): Holding {
    return this.#runner.holding();
  }

  /** Whether this worker holds any of these deliveries. */
  holds(deliveryIds: readonly string[]): boolean {
    return this.#runner.holds(deliveryIds);
  }

  /** Runs `work` while nothing new comes in hand: nothing is claimed, and nothing kept. */
  undisturbed<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#turns.run(async () => {
      this.#isUndisturbed = true;
      try {
        return await work();
      } finally {
        this.#isUndisturbed = false;
      }
    });
  }

  /** Gives back those of the deliveries that this worker holds and has not begun to send. */
  async giveBack(deliveryIds: readonly string[]): Promise<void> {
    const wanted = new Set(deliveryIds);
    const leases = this.#runner.letGoOfWaiting((id) => wanted.has(id));
    if (leases.length === 0) return;
    await this.#returns.give(leases);
    this.#wakeBy(this.#deps.clock.now());
  }

  /** A reminder was changed elsewhere: what of it has not begun to be sent is given back, and claimed as it is now. */
  recall(tenantId: string, reminderId: string): void {
    const ids = this.#runner.waitingOf(tenantId, reminderId);
    if (ids.length === 0) return;
    this.#giveBackSafely(ids);
  }

  #giveBackSafely(ids: readonly string[]): void {
    const { onFault } = this.#deps;
    this.giveBack(ids).catch((error: unknown) => onFault("give back what was changed", error));
  }

  /** Begins to send nothing, and claims nothing, until it may go on: others may take this worker for gone. */
  hold(reason: Hold): void {
    this.#heldBack.hold(reason);
  }

  /** It is known to be there: goes on with what is still its own, once it knows what that is. */
  goOn(reason: Hold): void {
    this.#heldBack.goOn(reason);
  }

  #goOnNow(): void {
    this.#runner.goOn();
    this.#wakeBy(this.#deps.clock.now());
  }

  /** Cancels what this worker holds and has not begun to send; resolves with the ids. */
  drop(deliveryIds: readonly string[], reason: string): Promise<string[]> {
    return this.#runner.drop(deliveryIds, reason);
  }

  /** Stops claiming, lets running attempts end within `stopWithinMs`, gives the other leases back. */
  async stop(): Promise<void> {
    const { clock, tuning } = this.#deps;
    this.#isRunning = false;
    this.#wakeTimer?.cancel();
    await this.#claiming;
    this.#heldBack.stop();
    await this.#returns.end(this.#runner.end());
    const deadline = clock.at(clock.now() + tuning.stopWithinMs, () => this.#runner.abort());
    await this.#idleWithin(2 * tuning.stopWithinMs);
    deadline.cancel();
    this.#leases.stop();
  }

  /** A claim of this worker's own may be on its way, and have taken it by then. */
  #releaseUnheard(lease: Lease, isMeant: () => boolean): Promise<void> {
    return this.#turns.run(async () => {
      const { onFault, store } = this.#deps;
      // Not later, if the store does not take it now: by then it may be this worker's again, under the same fence.
      if (isMeant())
        await store.release([lease]).catch((error: unknown) => onFault("give leases back", error));
    });
  }

  /** A store that fails must not hold up the end for ever: what it did not take is found in doubt later. */
  async #idleWithin(ms: number): Promise<void> {
    const { clock, onFault } = this.#deps;
    if (await isWithin(clock, ms, this.#runner.idle())) return;
    onFault("stop", new Error(`${this.#runner.hand.size} deliveries are not settled`));
    this.#runner.giveUp();
  }

  #wakeBy(atMs: number): void {
    if (!this.#isRunning || atMs >= this.#wakeAtMs) return;
    this.#wakeAtMs = atMs;
    this.#wakeTimer?.cancel();
    this.#wakeTimer = this.#deps.clock.at(atMs, () => {
      this.#wakeAtMs = Number.POSITIVE_INFINITY;
      this.#fill();
    });
  }

  /** Fills the hand, one filling at a time; a wake during it makes another one follow. */
  #fill(): void {
    this.#isWoken = true;
    this.#claiming ??= this.#claimWhileWoken().finally(() => {
      this.#claiming = null;
    });
  }

  async #claimWhileWoken(): Promise<void> {
    while (this.#isRunning && this.#isWoken) {
      this.#isWoken = false;
      await this.#claimAll();
    }
  }

  async #claimAll(): Promise<void> {
    const { clock, onFault, tuning } = this.#deps;
    try {
      let isMore = true;
      while (this.#isRunning && isMore) ({ isMore } = await this.#claim(tuning.lookAheadMs));
      // Whoever ends a hold wakes it.
      if (this.#isRunning && !this.#heldBack.isHeld) await this.#planWake();
    } catch (error) {
      onFault("claim deliveries", error);
      this.#wakeBy(clock.now() + FAULT_PAUSE_MS);
    }
  }

  #claim(lookAheadMs: number): Promise<Claimed> {
    // What one tenant has changed in bulk must not keep everybody's deliveries from being claimed.
    return this.#turns.runAhead(() => this.#claimOnce(lookAheadMs));
  }

  async #claimOnce(lookAheadMs: number): Promise<Claimed> {
    const { clock, store, tuning } = this.#deps;
    const { hand } = this.#runner;
    if (this.#heldBack.isHeld) return { taken: 0, isMore: false };
    const batch = hand.hasQueued ? tuning.claimBatchBehind : tuning.claimBatch;
    const limit = Math.min(batch, tuning.handLimit - hand.size);
    this.#isHandFull = limit <= 0;
    if (this.#isHandFull) return { taken: 0, isMore: false, isFull: true };
    const nowMs = clock.now();
    const leaseExpiresAtMs = nowMs + tuning.leaseMs;
    await this.#leases.beforeClaim(nowMs);
    const { claims, parkedLanes, isMore } = await store.claim({
      worker: this.#worker,
      nowMs,
      horizonMs: nowMs + lookAheadMs,
      leaseExpiresAtMs,
      limit,
      laneLimit: this.#laneLimit(hand.open),
      held: hand.counts(),
      ...shareOf(this.#deps),
    });
    shareTexts(claims);
    this.#runner.take(claims, leaseExpiresAtMs);
    this.#leases.watch();
    for (const lane of parkedLanes) this.#parkedLanes.add(lane);
    // A lane may have emptied while the claim was on its way; then nobody else would tell of its room.
    const hasFreeLane = parkedLanes.some((lane) => this.#isHalfFree(lane));
    return { taken: claims.length, isMore: isMore || claims.length === limit || hasFreeLane };
  }

  /**
   * The more of the hand is still to be sent, the less of it one lane may take: a herd may fill half of it, but
   * however many hosts hang, there is room for another lane. What is sent and waits for the disk is in nobody's way.
   */
  #laneLimit(open: number): number {
    const { handLimit, laneHandLimit } = this.#deps.tuning;
    const freeShare = 1 - open / handLimit;
    if (freeShare > 1 / 2) return laneHandLimit;
    return Math.min(
      laneHandLimit,
      freeShare > 1 / 4 ? LANE_LIMIT_WHEN_HALF_FULL : LANE_LIMIT_WHEN_NEARLY_FULL,
    );
  }

  /** What a claim would give it all the same: it is sent, and not among what is open. */
  #mayKeep(lane: string, atMs: number): boolean {
    const { clock, tuning } = this.#deps;
    const { hand } = this.#runner;
    if (!this.#isRunning || this.#isUndisturbed || this.#heldBack.isHeld) return false;
    return atMs <= clock.now() + tuning.lookAheadMs && hand.countOf(lane) < this.#laneLimit(hand.open);
  }

  async #planWake(): Promise<void> {
    const { clock, store, tuning } = this.#deps;
    const nextMs = await store.nextClaimAt(shareOf(this.#deps).partition);
    const nowMs = clock.now();
    // A net for what nobody has told of, such as rows that another process stored.
    this.#wakeBy(nowMs + (store.isShared ? tuning.beatMs : tuning.tickMs));
    if (nextMs === null || this.#isHandFull) return;
    // What the claim left inside its horizon is leased, and can be had only when that lease ends. What
    // lies behind it is claimed half a look-ahead late, so that one claim takes many.
    const isLeased = nextMs <= nowMs + tuning.lookAheadMs;
    this.#wakeBy(isLeased ? Math.max(nextMs, nowMs + LEAD_MS) : nextMs - tuning.lookAheadMs / 2);
  }

  /** A lane that has more parked, and a full hand, are filled again once half of it is free. */
  #onRoom(lane: string): void {
    const { tuning, clock } = this.#deps;
    const isLaneFree = this.#parkedLanes.has(lane) && this.#isHalfFree(lane);
    const isHandFree = this.#isHandFull && this.#runner.hand.size <= tuning.handLimit / 2;
    if (!isLaneFree && !isHandFree) return;
    this.#parkedLanes.delete(lane);
    this.#isHandFull = false;
    this.#wakeBy(clock.now());
  }

  #isHalfFree(lane: string): boolean {
    const { hand } = this.#runner;
    return hand.countOf(lane) <= this.#laneLimit(hand.open) / 2;
  }
}
