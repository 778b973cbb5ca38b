import type { Holding } from "../domain/holding.ts";
import type { Verdict } from "../domain/settlement.ts";
import type { Claim, Lease, Settlement } from "../store/store.ts";
import { asOfNow, mayHaveChanged } from "./as-of-now.ts";
import type { Timer } from "./clock.ts";
import { followSafely } from "./followers.ts";
import { adopt, Hand, type Held, isIdle, keepNoLonger, leaseOf, leasesOf } from "./hand.ts";
import { judgeUnfollowed } from "./judge.ts";
import { judgeSafely, judgeTaken } from "./judge-safely.ts";
import { LaneTurns } from "./lane-turns.ts";
import type { EngineDeps } from "./ports.ts";
import { putOff } from "./put-off.ts";
import { Recorder } from "./recorder.ts";
import type { RunnerEvents } from "./runner-events.ts";
import { createSender, type Leave } from "./sender.ts";

/** How long what could not be tried for want of something on this machine waits for its next turn. */
const SHORTAGE_PAUSE_MS = 1_000;

/** How long one whose plan is old is held, before it is looked at as it is now. */
const STALE_PAUSE_MS = 250;

/** Holds claimed deliveries until their instant, sends them, and settles them. */
export class Runner {
  readonly #deps: EngineDeps;
  readonly #events: RunnerEvents;
  readonly #worker: string;
  readonly #hand = new Hand();
  readonly #recorder: Recorder;
  readonly #send: (claim: Claim, leave: Leave) => Promise<Settlement | null>;
  readonly #abort = new AbortController();
  readonly #turns = new LaneTurns((lane) => this.#begin(lane));
  #isEnding = false;
  #isHeld = false;
  #whenIdle: (() => void)[] = [];
  #ringAtMs = Number.POSITIVE_INFINITY;
  #ringTimer: Timer | null = null;

  constructor(deps: EngineDeps, worker: string, events: RunnerEvents) {
    this.#deps = deps;
    this.#events = events;
    this.#worker = worker;
    this.#recorder = new Recorder(deps, worker, {
      ...events,
      isSending: () => this.#hand.isRunning,
      onOver: (held) => this.#letGo(held),
      mayHold: ({ keeps }) => keeps !== false && !this.#isEnding,
    });
    this.#send = createSender(deps, worker);
  }

  /** Deliveries in hand: by lane and open those not yet sent, by size all that are not yet settled. */
  get hand(): Pick<Hand, "counts" | "countOf" | "hasQueued" | "open" | "size"> {
    return this.#hand;
  }

  /** Takes claims in hand. */
  take(claims: readonly Claim[], leaseExpiresAtMs: number): void {
    for (const claim of claims) {
      const { delivery, inDoubtOf } = claim;
      this.#deps.observe?.({ kind: "claimed", delivery, isInDoubt: inDoubtOf !== null });
      const known = this.#hand.find(delivery.id);
      if (known) adopt(known, claim, leaseExpiresAtMs);
      else this.#add(claim, leaseExpiresAtMs);
    }
    this.#ring();
  }

  /** What must not be sent is settled at once. */
  #add(claim: Claim, leaseExpiresAtMs: number): void {
    const channel = this.#deps.channels.get(claim.delivery.channel);
    const held = this.#hand.add(claim, leaseExpiresAtMs, channel?.concurrencyPerDestination ?? 1);
    const judgement = judgeTaken(this.#deps, claim);
    if (judgement.kind === "settle") this.#conclude(held, judgement.verdict);
    else if (judgement.kind === "stale") void this.#planAnew(held);
  }

  /** Its recipient was changed since it was planned: it is not sent, but planned with what they are now. */
  async #planAnew(held: Held): Promise<void> {
    const { clock } = this.#deps;
    const { tenantId, reminderId, recipientId, id } = held.claim.delivery;
    const backMs = await this.#events.onStale({ tenantId, reminderId, recipientId: recipientId ?? "" });
    // Whoever planned it anew has taken it back, unless that was done before it was claimed; one whose turn has come
    // is judged anew.
    if (this.#hand.find(id) !== held || !isIdle(held)) return;
    if (backMs !== null) return this.#conclude(held, judgeUnfollowed(held.claim, backMs, clock.now()));
    clock.at(clock.now() + STALE_PAUSE_MS, () => this.#events.onGiveBack(id));
  }

  /** Cancels those of the given deliveries that have not begun to be sent; resolves with their ids. */
  async drop(deliveryIds: readonly string[], reason: string): Promise<string[]> {
    const meant = deliveryIds.flatMap((id) => this.#hand.find(id) ?? []);
    for (const held of meant) keepNoLonger(held);
    const idle = meant.filter(isIdle);
    // All of them first: the place of one would be the next one's.
    for (const held of idle) this.#hand.finish(held);
    const recorded = await Promise.all(
      idle.map(
        (held) => new Promise<boolean>((done) => this.#conclude(held, { state: "cancelled", reason }, done)),
      ),
    );
    return idle.filter((_, index) => recorded[index]).map((held) => held.claim.delivery.id);
  }

  holds(deliveryIds: readonly string[]): boolean {
    return deliveryIds.some((id) => this.#hand.find(id) !== undefined);
  }

  /** Lets go of all that has not begun to be sent, and tries nothing anew; returns the leases to be given back. */
  end(): Lease[] {
    this.#isEnding = true;
    const leases = this.letGoOfWaiting();
    // Nothing waits for an instant any more.
    this.#ringTimer?.cancel();
    this.#ringAtMs = Number.POSITIVE_INFINITY;
    return leases;
  }

  /** Lets go of what has not begun to be sent, all or some of it; returns the leases to be given back. */
  letGoOfWaiting(isMeant: (deliveryId: string) => boolean = () => true): Lease[] {
    const meant = this.#hand.all().filter((held) => isMeant(held.claim.delivery.id));
    for (const held of meant) keepNoLonger(held);
    const idle = meant.filter(isIdle);
    for (const held of idle) this.#letGo(held);
    return idle.map(leaseOf);
  }

  /** What has not begun to be sent of a reminder, or will be tried again. */
  waitingOf(tenantId: string, reminderId: string): string[] {
    return this.#hand.openOf(tenantId, reminderId);
  }

  /** Begins to send nothing. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Sends again, what has fallen due meanwhile first. */
  goOn(): void {
    this.#isHeld = false;
    this.#ring();
    this.#turns.offerAll(this.#hand.lanes());
  }

  /** Leases that end before `beforeMs`, at most `limit`. */
  leasesEnding(beforeMs: number, limit: number): Lease[] {
    const ending = this.#hand.all().filter((held) => held.leaseExpiresAtMs < beforeMs);
    return ending.slice(0, limit).flatMap((held) => leasesOf(held, this.#worker));
  }

  /** Notes the new end of leases; one that is lost is forgotten, unless it is being sent. */
  renewed(leases: readonly Lease[], lostIds: readonly string[], untilMs: number): void {
    const lost = new Set(lostIds);
    for (const { deliveryId, fence, worker } of leases) {
      const held = this.#hand.find(deliveryId);
      // What was recorded and kept meanwhile has another lease than the one that was asked for, or was only guessed at.
      if (!held || leaseOf(held).fence !== fence || worker !== undefined) continue;
      held.leaseExpiresAtMs = untilMs;
      if (!lost.has(deliveryId)) {
        if (held.reclaimed) held.reclaimed.leaseExpiresAtMs = untilMs;
        continue;
      }
      held.isLost = true;
      // What it had claimed anew is another's: it must not follow.
      held.reclaimed = undefined;
      if (!isIdle(held)) continue;
      this.#letGo(held);
      this.#deps.observe?.({ kind: "leases-lost", deliveries: 1 });
    }
  }

  /** Records nothing more: the store has failed for too long. */
  giveUp(): void {
    this.#recorder.end();
  }

  /** Breaks off the attempts that are running. */
  abort(): void {
    this.#abort.abort();
  }

  /** What is in hand, by what becomes of it next; counted when it is asked for. */
  holding(): Holding {
    return { ...this.#hand.phases(), limit: this.#deps.tuning.handLimit };
  }

  /** Resolves when nothing is in hand and all is settled. */
  idle(): Promise<void> {
    if (this.#hand.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Sends what is due and sets the timer to the next instant. */
  #ring(): void {
    const { clock } = this.#deps;
    this.#turns.offerAll(this.#hand.ring(clock.now()));
    const nextMs = this.#hand.soonest();
    if (nextMs === undefined || nextMs >= this.#ringAtMs) return;
    this.#ringTimer?.cancel();
    this.#ringAtMs = nextMs;
    this.#ringTimer = clock.at(nextMs, () => {
      this.#ringAtMs = Number.POSITIVE_INFINITY;
      this.#ring();
    });
  }

  /** Begins the next of a lane; false if no more of it may begin now. */
  #begin(lane: string): boolean {
    this.#events.onLook();
    const held = this.#isHeld ? undefined : this.#hand.take(lane);
    if (!held) return false;
    void this.#runSafely(held);
    return this.#hand.mayTake(lane);
  }

  /** One that cannot be gone on with holds up no other, and stays in nobody's hand. Never rejects. */
  async #runSafely(held: Held): Promise<void> {
    const { delivery } = held.claim;
    try {
      await this.#run(held);
    } catch (error) {
      this.#deps.onFault(`go on with delivery ${delivery.id}`, error);
      // What has been sent must not be sent again.
      if (held.phase === "running") this.#conclude(held, putOff(delivery, this.#deps.clock.now(), error));
    }
  }

  async #run(held: Held): Promise<void> {
    const lease = this.#hasEnded(held) ? await this.#renew() : "held";
    if (lease === "unknown") return this.#tryLater(held);
    if (held.isLost || this.#hasEnded(held)) return this.#giveUp(held);
    if (mayHaveChanged(held.claim) && !(await this.#isAsOfNow(held))) return this.#tryLater(held);
    // It may have waited long for its place in the lane.
    const judgement = judgeSafely(this.#deps, held.claim);
    if (judgement.kind === "settle") return this.#conclude(held, judgement.verdict);
    if (judgement.kind === "stale") return this.#holdBack(held);
    let isKeptBack = false;
    const mayLeave = (): boolean => {
      isKeptBack = !this.#mayLeave(held);
      return !isKeptBack;
    };
    const settlement = await this.#send(held.claim, { signal: this.#abort.signal, mayLeave });
    if (settlement === null) return isKeptBack ? this.#queueAgain(held) : this.#tryLater(held);
    this.#finish(held);
    this.#turns.offer(held.claim.delivery.lane);
    if (this.#wasBrokenOff(settlement)) return this.#letGo(held);
    this.#recorder.tellAttempt(held, settlement);
    this.#recorder.record(held, this.#keeping(held, settlement));
  }

  /** A retry that is soon stays in this worker's hands. */
  #keeping(held: Held, settlement: Settlement): Settlement {
    if (settlement.state !== "retrying" || this.#isEnding || held.isLost) return settlement;
    if (!this.#events.mayKeep(held.claim.delivery.lane, settlement.sendAtMs)) return settlement;
    this.#hand.keep(held);
    return { ...settlement, keep: true };
  }

  /** Reads whom it is for once more; false while the store does not answer. */
  async #isAsOfNow(held: Held): Promise<boolean> {
    try {
      Object.assign(held.claim, await asOfNow(this.#deps, held.claim));
      return true;
    } catch (error) {
      this.#deps.onFault("read whom a delivery is for", error);
      return false;
    }
  }

  /** It gives its place in the lane to the next, and is planned anew. */
  #holdBack(held: Held): void {
    this.#hand.setAside(held);
    this.#turns.offer(held.claim.delivery.lane);
    if (this.#isEnding) void this.#giveBack(held);
    else void this.#planAnew(held);
  }

  /** Whatever was waited for meanwhile, it is still this worker's to send. */
  #mayLeave(held: Held): boolean {
    this.#events.onLook();
    return !this.#isHeld && !held.isLost && !this.#hasEnded(held);
  }

  /**
   * A process that was stopped for longer than its leases, or whose clock was set, finds them ended: another
   * may be sending what it holds.
   */
  #hasEnded({ leaseExpiresAtMs }: Held): boolean {
    return this.#deps.clock.now() >= leaseExpiresAtMs;
  }

  /** Unknown while the store does not answer. */
  async #renew(): Promise<"held" | "unknown"> {
    try {
      await this.#events.renew();
      return "held";
    } catch (error) {
      this.#deps.onFault("renew leases", error);
      return "unknown";
    }
  }

  /** Whoever has the lease now sends it. */
  #giveUp(held: Held): void {
    const { lane } = held.claim.delivery;
    this.#letGo(held);
    this.#deps.observe?.({ kind: "leases-lost", deliveries: 1 });
    this.#turns.offer(lane);
  }

  /** Its turn comes once this worker may send again, and knows what is still its own. */
  #queueAgain(held: Held): void {
    this.#hand.setAside(held);
    if (this.#isEnding) void this.#giveBack(held);
    else {
      this.#hand.queueAgain(held);
      this.#turns.offer(held.claim.delivery.lane);
    }
  }

  /** Its lane is not offered the place: what is short on this machine now is short for the next one too. */
  #tryLater(held: Held): void {
    const { clock } = this.#deps;
    this.#hand.setAside(held);
    if (this.#isEnding) void this.#giveBack(held);
    else
      clock.at(clock.now() + SHORTAGE_PAUSE_MS, () => {
        this.#hand.queueAgain(held);
        this.#turns.offer(held.claim.delivery.lane);
      });
  }

  /** The stop came before it was begun: it is in hand until the store has it back, so that the stop waits for that. */
  async #giveBack(held: Held): Promise<void> {
    await this.#events.release(leaseOf(held));
    this.#letGo(held);
  }

  /**
   * The stop did not let it end, so nobody knows whether it arrived. It stays leased: the next to claim
   * it finds it in doubt, and no attempt is used up by our own ending.
   */
  #wasBrokenOff({ attempt }: Settlement): boolean {
    return this.#abort.signal.aborted && attempt?.outcome === "retryable" && attempt.response === undefined;
  }

  /** Settles a delivery that is not to be sent; tells whether that was recorded. */
  #conclude(held: Held, verdict: Verdict, done?: (isRecorded: boolean) => void): void {
    const { delivery, fence } = held.claim;
    this.#finish(held);
    this.#turns.offer(delivery.lane);
    const nowMs = this.#deps.clock.now();
    const follow = followSafely(this.#deps, { claim: held.claim, verdict, nowMs });
    const ids = { tenantId: delivery.tenantId, deliveryId: delivery.id, fence, claimed: delivery };
    const settlement = { ...ids, nowMs, ...verdict, ...(follow.length > 0 ? { follow } : {}) };
    this.#recorder.record(held, settlement, done);
  }

  #finish(held: Held): void {
    this.#hand.finish(held);
    this.#events.onRoom(held.claim.delivery.lane);
  }

  #letGo(held: Held): void {
    this.#hand.remove(held);
    this.#events.onRoom(held.claim.delivery.lane);
    if (held.reclaimed) {
      this.#add(held.reclaimed.claim, held.reclaimed.leaseExpiresAtMs);
      this.#ring();
    }
    if (this.#hand.size > 0) return;
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }
}
