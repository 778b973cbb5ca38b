import type { Claim, Lease } from "../store/store.ts";
import { Heap } from "./heap.ts";
import { LaneQueue } from "./lane-queue.ts";

/** What a worker has leased and is to hold from then on. */
export interface Kept {
  claim: Claim;
  leaseExpiresAtMs: number;
}

/** A delivery in the worker's hands. */
export interface Held {
  claim: Claim;
  leaseExpiresAtMs: number;
  /** How many of its lane may run at once. */
  concurrency: number;
  /** Whether the lease was found to be another's. */
  isLost: boolean;
  /** The same delivery claimed anew while this is sent but not settled: it follows once this is. */
  reclaimed?: Kept | undefined;
  /** Its retry is to stay with this worker once it is recorded; false: not any more, as somebody has changed it. */
  keeps?: boolean;
  /** `waiting` for its instant, `queued` for a place in its lane, `running`, `sent` but not settled, `gone`. */
  phase: "waiting" | "queued" | "running" | "sent" | "gone";
}

interface Lane {
  held: number;
  running: number;
  concurrency: number;
  queue: LaneQueue<Held>;
}

/**
 * What a worker holds: a heap of deliveries waiting for their instant, then a queue for each lane with
 * at most so many running. Only bookkeeping: no I/O, no time of its own.
 */
export class Hand {
  readonly #held = new Map<string, Held>();
  readonly #waiting = new Heap<Held>((a, b) => a.claim.delivery.sendAtMs < b.claim.delivery.sendAtMs);
  readonly #lanes = new Map<string, Lane>();
  #open = 0;
  #running = 0;
  #queued = 0;

  /** Whether anything that it gave out to run has not come back. */
  get isRunning(): boolean {
    return this.#running > 0;
  }

  /** Whether anything is due and waits for a place in its lane. */
  get hasQueued(): boolean {
    return this.#queued > 0;
  }

  /** How many of each lane are held. */
  counts(): Map<string, number> {
    return new Map([...this.#lanes].map(([name, lane]) => [name, lane.held]));
  }

  /** The names of the lanes of which something is held. */
  lanes(): string[] {
    return [...this.#lanes.keys()];
  }

  countOf(lane: string): number {
    return this.#lanes.get(lane)?.held ?? 0;
  }

  /** @param concurrency how many of its lane may run at once */
  add(claim: Claim, leaseExpiresAtMs: number, concurrency: number): Held {
    const held: Held = { claim, leaseExpiresAtMs, concurrency, isLost: false, phase: "waiting" };
    this.#held.set(claim.delivery.id, held);
    this.#join(claim.delivery.lane, concurrency);
    this.#waiting.push(held);
    return held;
  }

  /** The instant of the soonest that waits. */
  soonest(): number | undefined {
    return this.#waiting.peek()?.claim.delivery.sendAtMs;
  }

  /** Moves what is to be sent by `nowMs` into the queues of its lanes; returns those lanes. */
  ring(nowMs: number): Set<string> {
    const rung = new Set<string>();
    for (let next = this.soonest(); next !== undefined && next <= nowMs; next = this.soonest()) {
      const held = this.#waiting.pop();
      if (held?.phase !== "waiting") continue;
      this.#queue(held);
      rung.add(held.claim.delivery.lane);
    }
    return rung;
  }

  /** Whether a lane may run one more, and something is queued in it. */
  mayTake(laneName: string): boolean {
    const lane = this.#lanes.get(laneName);
    return lane !== undefined && lane.queue.size > 0 && lane.running < lane.concurrency;
  }

  /** Takes the next of a lane's queue, if the lane may run one more. */
  take(laneName: string): Held | undefined {
    const lane = this.#lanes.get(laneName);
    if (!lane || lane.running >= lane.concurrency) return undefined;
    const held = lane.queue.shift();
    if (!held) return undefined;
    held.phase = "running";
    this.#queued -= 1;
    lane.running += 1;
    this.#running += 1;
    return held;
  }

  /** Takes back what could not be tried: it waits, until it is queued again. */
  setAside(held: Held): void {
    const lane = this.#lanes.get(held.claim.delivery.lane);
    if (!lane || held.phase !== "running") return;
    held.phase = "waiting";
    lane.running -= 1;
    this.#running -= 1;
  }

  /** Queues what was set aside, unless it has been let go of. */
  queueAgain(held: Held): void {
    if (held.phase === "waiting") this.#queue(held);
  }

  /** Frees the place that a delivery had in its lane; it stays held until it is settled. */
  finish(held: Held): void {
    const { lane: name } = held.claim.delivery;
    const lane = this.#lanes.get(name);
    if (!lane || held.phase === "sent" || held.phase === "gone") return;
    if (held.phase === "running") {
      lane.running -= 1;
      this.#running -= 1;
    }
    const wasQueued = held.phase === "queued";
    held.phase = "sent";
    if (wasQueued) {
      this.#queued -= 1;
      lane.queue.left();
    }
    this.#leave(name);
  }

  /** Notes that one which was sent is to be tried again here: its lane has no room for another in its place. */
  keep(held: Held): void {
    const { lane } = held.claim.delivery;
    held.keeps = true;
    this.#join(lane, held.concurrency);
  }

  /** Lets go of a delivery for good. */
  remove(held: Held): void {
    this.finish(held);
    if (held.keeps !== undefined && held.phase === "sent") this.#leave(held.claim.delivery.lane);
    held.phase = "gone";
    this.#held.delete(held.claim.delivery.id);
  }

  /** How many are held, those included that are sent but not settled. */
  get size(): number {
    return this.#held.size;
  }

  /** How many are still to be sent, those included that are kept to be sent again. */
  get open(): number {
    return this.#open;
  }

  find(deliveryId: string): Held | undefined {
    return this.#held.get(deliveryId);
  }

  /** Of a reminder, what has not begun to be sent, or is to be kept to be sent again. */
  openOf(tenantId: string, reminderId: string): string[] {
    return this.all().flatMap((held) => {
      const { delivery } = held.claim;
      const isMeant = delivery.reminderId === reminderId && delivery.tenantId === tenantId;
      return isMeant && (isIdle(held) || held.keeps) ? [delivery.id] : [];
    });
  }

  /** How many are in each phase. */
  phases(): Record<Exclude<Held["phase"], "gone">, number> {
    const counts = { waiting: 0, queued: 0, running: 0, sent: 0, gone: 0 };
    for (const { phase } of this.all()) counts[phase] += 1;
    const { waiting, queued, running, sent } = counts;
    return { waiting, queued, running, sent };
  }

  /** Everything that is held, in no order. */
  all(): Held[] {
    return [...this.#held.values()];
  }

  #queue(held: Held): void {
    held.phase = "queued";
    this.#queued += 1;
    this.#lanes.get(held.claim.delivery.lane)?.queue.push(held);
  }

  #join(name: string, concurrency: number): void {
    this.#laneFor(name, concurrency).held += 1;
    this.#open += 1;
  }

  #leave(name: string): void {
    const lane = this.#lanes.get(name);
    if (!lane) return;
    lane.held -= 1;
    this.#open -= 1;
    if (lane.held === 0) this.#lanes.delete(name);
  }

  #laneFor(name: string, concurrency: number): Lane {
    const known = this.#lanes.get(name);
    if (known) return known;
    const lane: Lane = { held: 0, running: 0, concurrency, queue: new LaneQueue(isQueued) };
    this.#lanes.set(name, lane);
    return lane;
  }
}

/** A lease that had ended was claimed again by the worker that holds it still: it goes on under the new one. */
export function adopt(held: Held, claim: Claim, leaseExpiresAtMs: number): void {
  // A retry that is already recorded may be claimed before this worker hears of it: that is a run of its own.
  if (held.phase !== "sent") held.claim.fence = claim.fence;
  else if (held.claim.fence !== claim.fence) held.reclaimed = { claim, leaseExpiresAtMs };
  held.leaseExpiresAtMs = leaseExpiresAtMs;
  held.isLost = false;
}

function isQueued({ phase }: Held): boolean {
  return phase === "queued";
}

/** Not yet begun to be sent. */
export function isIdle({ phase }: Held): boolean {
  return phase === "waiting" || phase === "queued";
}

/** Somebody has changed it: its retry is claimed as it is then. */
export function keepNoLonger(held: Held): void {
  if (held.keeps) held.keeps = false;
}

/** The lease that a worker has of it now: of one that was claimed anew, the new one. */
export function leaseOf({ claim: first, reclaimed }: Pick<Held, "claim" | "reclaimed">): Lease {
  const claim = reclaimed?.claim ?? first;
  return { tenantId: claim.delivery.tenantId, deliveryId: claim.delivery.id, fence: claim.fence };
}

/** The leases that a worker may have of it: what it keeps has one fence or the next, until it hears which. */
export function leasesOf(held: Held, worker: string): Lease[] {
  const lease = leaseOf(held);
  if (held.keeps === undefined || held.reclaimed) return [lease];
  // If it is not kept, another may have the next one.
  return [lease, { ...lease, fence: lease.fence + 1, worker }];
}
