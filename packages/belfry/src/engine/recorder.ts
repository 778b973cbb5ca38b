import type { Claim, Lease, Settlement } from "../store/store.ts";
import { type Held, type Kept, leaseOf } from "./hand.ts";
import type { EngineDeps } from "./ports.ts";
import { Settler } from "./settler.ts";

export interface RecorderEvents {
  /** Whether attempts are running that settling would hold up. */
  isSending: () => boolean;
  /** Gives back, while nothing is claimed, what may be leased to this worker without its having heard of it. Never rejects. */
  releaseUnheard: (lease: Lease, isMeant: () => boolean) => Promise<void>;
}

/** What became of an outcome. */
export interface Recorded {
  isRecorded: boolean;
  /** What stays leased to this worker by it, under the next fence; null: nothing. */
  kept: Kept | null;
}

const REFUSED: Recorded = { isRecorded: false, kept: null };
const RECORDED: Recorded = { isRecorded: true, kept: null };

/** Records what became of what a worker holds, and tells of it. */
export class Recorder {
  readonly #deps: EngineDeps;
  readonly #worker: string;
  readonly #settler: Settler;
  /** What is to be tried again soon is waited for: it is recorded apart, and not in its turn after all that has ended. */
  readonly #keeper: Settler;
  readonly #releaseUnheard: RecorderEvents["releaseUnheard"];

  constructor(deps: EngineDeps, worker: string, { isSending, releaseUnheard }: RecorderEvents) {
    this.#deps = deps;
    this.#worker = worker;
    this.#settler = new Settler({ ...deps, isSending });
    this.#keeper = new Settler({ ...deps, isSending });
    this.#releaseUnheard = releaseUnheard;
  }

  /** Tells of an attempt, before it is recorded. */
  tellAttempt({ claim: { delivery } }: Held, { attempt }: Settlement): void {
    const { observe } = this.#deps;
    if (!observe || !attempt) return;
    const isFirst = delivery.story.length === 0 && delivery.redrivenAtMs === null;
    const latenessMs = isFirst ? attempt.startedAtMs - delivery.occurrence.dueMs : null;
    observe({ kind: "attempt", delivery, attempt, latenessMs });
  }

  /** Records an outcome; if the lease was lost to this very worker, under the fence it has now. */
  async record(held: Held, settlement: Settlement): Promise<Recorded> {
    const { observe } = this.#deps;
    const recorded = (await this.#settle(held, settlement)) ?? (await this.#settleAgain(held, settlement));
    if (!recorded.isRecorded) observe?.({ kind: "leases-lost", deliveries: 1 });
    else observe?.({ kind: "settled", delivery: held.claim.delivery, verdict: settlement });
    return recorded;
  }

  /** Null if it was refused. */
  async #settle(held: Held, settlement: Settlement): Promise<Recorded | null> {
    const answer = await (held.keeps === undefined ? this.#settler : this.#keeper).settle(settlement);
    if (answer === "refused") return null;
    if (answer === "kept") return { isRecorded: true, kept: keptOf(held, settlement) };
    if (answer === "unsure") {
      const lease = leaseOf(keptOf(held, settlement));
      await this.#releaseUnheard({ ...lease, worker: this.#worker }, () => !held.reclaimed);
    }
    return RECORDED;
  }

  /** What was claimed anew meanwhile is not kept: it may be of another epoch. */
  async #settleAgain(held: Held, settlement: Settlement): Promise<Recorded> {
    const fence = held.reclaimed?.claim.fence ?? held.claim.fence;
    if (fence === settlement.fence) return REFUSED;
    held.reclaimed = undefined;
    const again = settlement.state === "retrying" ? { ...settlement, keep: false } : settlement;
    return (await this.#settler.settle({ ...again, fence })) === "refused" ? REFUSED : RECORDED;
  }
}

/** What a worker holds once its retry is recorded, and it keeps it. */
function keptOf(held: Held, settled: Settlement): Kept {
  // A renewal that met the old fence has told of a loss that is none: it is renewed again before it is sent.
  return {
    claim: claimAfter(held.claim, settled),
    leaseExpiresAtMs: held.isLost ? 0 : held.leaseExpiresAtMs,
  };
}

/** The claim under the next fence, with what the attempt has made of the delivery. */
function claimAfter(claim: Claim, settled: Settlement): Claim {
  const { attempt, fence, reason } = settled;
  const { attempts, sendAtMs, story, ...delivery } = claim.delivery;
  return {
    ...claim,
    fence: fence + 1,
    inDoubtOf: null,
    delivery: {
      ...delivery,
      state: "leased",
      reason,
      attempts: attempts + 1,
      sendAtMs: "sendAtMs" in settled ? settled.sendAtMs : sendAtMs,
      story: attempt ? [...story, attempt] : story,
    },
  };
}
