import { judgeClaim, type Verdict } from "../domain/settlement.ts";
import type { Claim, Lease, Settlement } from "../store/store.ts";
import type { Timer } from "./clock.ts";
import { Hand, type Held } from "./hand.ts";
import { judgeInDoubt } from "./missed.ts";
import type { EngineDeps } from "./ports.ts";
import { createSender } from "./sender.ts";
import { Settler } from "./settler.ts";

/** What the runner tells the one who fills its hand. */
export interface RunnerEvents {
  /** There is room for one more of a lane, or for one more at all. */
  onRoom: (lane: string) => void;
  /** A delivery is to be tried again at this instant. */
  onRetry: (atMs: number) => void;
}

/** Holds claimed deliveries until their instant, sends them, and settles them. */
export class Runner {
  readonly #deps: EngineDeps;
  readonly #events: RunnerEvents;
  readonly #hand = new Hand();
  readonly #settler: Settler;
  readonly #send: (claim: Claim, signal: AbortSignal) => Promise<Settlement>;
  readonly #abort = new AbortController();
  #open = 0;
  #whenIdle: (() => void)[] = [];
  #ringAtMs = Number.POSITIVE_INFINITY;
  #ringTimer: Timer | null = null;

  constructor(deps: EngineDeps, worker: string, events: RunnerEvents) {
    this.#deps = deps;
    this.#events = events;
    this.#settler = new Settler({ ...deps, isSending: () => this.#hand.isRunning });
    this.#send = createSender(deps, worker);
  }

  /** Deliveries in hand, by lane. */
  get hand(): Pick<Hand, "counts" | "countOf"> {
    return this.#hand;
  }

  /** Deliveries that are in hand, or sent and not yet settled. */
  get load(): number {
    return this.#open;
  }

  /** Takes claims in hand; what must not be sent is settled at once. */
  take(claims: readonly Claim[], leaseExpiresAtMs: number): void {
    const nowMs = this.#deps.clock.now();
    for (const claim of claims) {
      const channel = this.#deps.channels.get(claim.delivery.channel);
      const held = this.#hand.add(claim, leaseExpiresAtMs, channel?.concurrencyPerDestination ?? 1);
      this.#open += 1;
      const verdict =
        judgeClaim(claim.delivery, claim.reminder.spec.policy, nowMs) ?? judgeInDoubt(this.#deps, claim);
      if (verdict) void this.#conclude(held, verdict);
    }
    this.#ring();
  }

  /** Cancels those of the given deliveries that have not begun to be sent; resolves with their ids. */
  async drop(deliveryIds: readonly string[], reason: string): Promise<string[]> {
    const idle = deliveryIds
      .flatMap((id) => this.#hand.find(id) ?? [])
      .filter((held) => held.phase !== "running");
    await Promise.all(idle.map((held) => this.#conclude(held, { state: "cancelled", reason })));
    return idle.map((held) => held.claim.delivery.id);
  }

  /** Lets go of everything that has not begun to be sent; returns the leases to be given back. */
  letGoOfWaiting(): Lease[] {
    this.#ringTimer?.cancel();
    const idle = this.#hand.all().filter((held) => held.phase !== "running");
    for (const held of idle) this.#remove(held);
    for (const held of idle) this.#close(held);
    return idle.map(leaseOf);
  }

  /** Leases that end before `beforeMs`, at most `limit`; they count as renewed to `untilMs`. */
  leasesEnding(beforeMs: number, untilMs: number, limit: number): Lease[] {
    const ending = this.#hand
      .all()
      .filter((held) => held.leaseExpiresAtMs < beforeMs)
      .slice(0, limit);
    for (const held of ending) held.leaseExpiresAtMs = untilMs;
    return ending.map(leaseOf);
  }

  /** Forgets deliveries whose lease is lost; one that is being sent ends by itself. */
  forget(deliveryIds: readonly string[]): void {
    for (const id of deliveryIds) {
      const held = this.#hand.find(id);
      if (!held || held.phase === "running") continue;
      this.#remove(held);
      this.#close(held);
    }
  }

  /** Breaks off the attempts that are running. */
  abort(): void {
    this.#abort.abort();
  }

  /** Resolves when nothing is in hand and all is settled. */
  idle(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Sends what is due and sets the timer to the next instant. */
  #ring(): void {
    const { clock } = this.#deps;
    for (const lane of this.#hand.ring(clock.now())) this.#pump(lane);
    const nextMs = this.#hand.soonest();
    if (nextMs === undefined || nextMs >= this.#ringAtMs) return;
    this.#ringTimer?.cancel();
    this.#ringAtMs = nextMs;
    this.#ringTimer = clock.at(nextMs, () => {
      this.#ringAtMs = Number.POSITIVE_INFINITY;
      this.#ring();
    });
  }

  #pump(lane: string): void {
    for (let held = this.#hand.take(lane); held; held = this.#hand.take(lane)) void this.#run(held);
  }

  async #run(held: Held): Promise<void> {
    const settlement = await this.#send(held.claim, this.#abort.signal);
    this.#remove(held);
    this.#pump(held.claim.delivery.lane);
    if (this.#wasBrokenOff(settlement)) return this.#close(held);
    await this.#settler.settle(settlement);
    if (settlement.state === "retrying") this.#events.onRetry(settlement.sendAtMs);
    this.#close(held);
  }

  /**
   * The stop did not let it end, so nobody knows whether it arrived. It stays leased: the next to claim
   * it finds it in doubt, and no attempt is used up by our own ending.
   */
  #wasBrokenOff({ attempt }: Settlement): boolean {
    return this.#abort.signal.aborted && attempt?.outcome === "retryable" && attempt.response === undefined;
  }

  /** Settles a delivery that is not to be sent. */
  async #conclude(held: Held, verdict: Verdict): Promise<void> {
    const { delivery, fence } = held.claim;
    this.#remove(held);
    const nowMs = this.#deps.clock.now();
    await this.#settler.settle({
      tenantId: delivery.tenantId,
      deliveryId: delivery.id,
      fence,
      nowMs,
      ...verdict,
    });
    this.#close(held);
  }

  #remove(held: Held): void {
    this.#hand.remove(held);
    this.#events.onRoom(held.claim.delivery.lane);
  }

  #close(held: Held): void {
    this.#open -= 1;
    this.#events.onRoom(held.claim.delivery.lane);
    if (this.#open > 0) return;
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }
}

function leaseOf({ claim }: Held): Lease {
  return { tenantId: claim.delivery.tenantId, deliveryId: claim.delivery.id, fence: claim.fence };
}
