import type { Claim, Lease, Settlement } from "../store/store.ts";
import { type Held, type Kept, leaseOf } from "./hand.ts";
import type { EngineDeps } from "./ports.ts";
import { type Recording, type SettleAnswer, Settler } from "./settler.ts";

/** What the recorder asks and tells of its runner. */
export interface RecorderPorts {
  /** Whether attempts are running that settling would hold up. */
  isSending: () => boolean;
  /** Whether what is leased to this worker by a retry, or was claimed anew meanwhile, may be held. */
  mayHold: (held: Held) => boolean;
  /** An outcome is recorded, or refused for good: the delivery is to be let go of. */
  onOver: (held: Held) => void;
  /** A delivery is to be tried again, or another one follows, at this instant. */
  onNext: (atMs: number) => void;
  /** Gives a lease back that is in nobody's hand. Never rejects. */
  release: (lease: Lease) => Promise<void>;
  /** The same, while nothing is claimed, if it is still meant then: it may be leased without the worker's having heard of it. */
  releaseUnheard: (lease: Lease, isMeant: () => boolean) => Promise<void>;
}

/** What became of something that a worker holds, on its way to the disk. */
interface HeldOutcome extends Recording {
  readonly held: Held;
  /** Whether it is settled for the second time, under another fence. */
  readonly isAgain: boolean;
  /** Told last whether it was recorded; it must not throw. */
  readonly done: ((isRecorded: boolean) => void) | undefined;
}

/** Records what became of what a worker holds, and tells of it. */
export class Recorder {
  readonly #deps: EngineDeps;
  readonly #worker: string;
  readonly #ports: RecorderPorts;
  readonly #settler: Settler<HeldOutcome>;
  /** What is to be tried again soon is waited for: it is recorded apart, and not in its turn after all that has ended. */
  readonly #keeper: Settler<HeldOutcome>;

  constructor(deps: EngineDeps, worker: string, ports: RecorderPorts) {
    const { isSending } = ports;
    this.#deps = deps;
    this.#worker = worker;
    this.#ports = ports;
    const onSettled = (outcome: HeldOutcome, answer: SettleAnswer): void => this.#heard(outcome, answer);
    this.#settler = new Settler({ ...deps, isSending }, onSettled);
    this.#keeper = new Settler({ ...deps, isSending }, onSettled);
  }

  /** Tells of an attempt, before it is recorded. */
  tellAttempt({ claim: { delivery } }: Held, { attempt }: Settlement): void {
    const { observe } = this.#deps;
    if (!observe || !attempt) return;
    const isFirst = delivery.story.length === 0 && delivery.redrivenAtMs === null;
    const latenessMs = isFirst ? attempt.startedAtMs - delivery.occurrence.dueMs : null;
    observe({ kind: "attempt", delivery, attempt, latenessMs });
  }

  /** Records an outcome; what goes on with the same delivery is then in `held.reclaimed`. */
  record(held: Held, settlement: Settlement, done?: (isRecorded: boolean) => void): void {
    const settler = held.keeps === undefined ? this.#settler : this.#keeper;
    settler.settle({ held, settlement, isAgain: false, done });
  }

  /** Gives up what is not recorded. */
  end(): void {
    this.#settler.end();
    this.#keeper.end();
  }

  /** What is settled again is not to be kept: it is recorded or refused, and nothing else. */
  #heard(outcome: HeldOutcome, answer: SettleAnswer): void {
    const { held, settlement, isAgain } = outcome;
    if (answer === "refused" && !isAgain) this.#settleAgain(outcome);
    else if (answer === "unsure" && !isAgain) void this.#releaseUnheard(outcome);
    else if (answer === "kept") this.#carryOn(outcome, { isRecorded: true, kept: keptOf(held, settlement) });
    else this.#carryOn(outcome, { isRecorded: answer !== "refused" });
  }

  /**
   * If the lease was lost to this very worker, under the fence it has now. What was claimed anew meanwhile is not
   * kept: it may be of another epoch.
   */
  #settleAgain(outcome: HeldOutcome): void {
    const { held, settlement, done } = outcome;
    const fence = held.reclaimed?.claim.fence ?? held.claim.fence;
    if (fence === settlement.fence) {
      this.#carryOn(outcome, { isRecorded: false });
      return;
    }
    held.reclaimed = undefined;
    const again =
      settlement.state === "retrying" ? { ...settlement, fence, keep: false } : { ...settlement, fence };
    this.#settler.settle({ held, settlement: again, isAgain: true, done });
  }

  async #releaseUnheard(outcome: HeldOutcome): Promise<void> {
    const { held, settlement } = outcome;
    const lease = leaseOf(keptOf(held, settlement));
    await this.#ports.releaseUnheard({ ...lease, worker: this.#worker }, () => !held.reclaimed);
    this.#carryOn(outcome, { isRecorded: true });
  }

  /** Goes on with what stays leased to this worker by it, under the next fence, or was claimed anew. */
  #carryOn(outcome: HeldOutcome, { isRecorded, kept }: { isRecorded: boolean; kept?: Kept }): void {
    const { held, settlement } = outcome;
    const { observe } = this.#deps;
    if (!isRecorded) observe?.({ kind: "leases-lost", deliveries: 1 });
    else observe?.({ kind: "settled", delivery: held.claim.delivery, verdict: settlement });
    // From here to the end without a pause: whoever changes it meanwhile finds it in hand, or keeps it from being held.
    const next = held.reclaimed ?? kept;
    if (next && !this.#ports.mayHold(held)) void this.#giveBack(outcome, { isRecorded, next });
    else {
      held.reclaimed = next;
      this.#finish(outcome, isRecorded);
    }
  }

  async #giveBack(
    outcome: HeldOutcome,
    { isRecorded, next }: { isRecorded: boolean; next: Kept },
  ): Promise<void> {
    outcome.held.reclaimed = undefined;
    await this.#ports.release(leaseOf({ claim: next.claim }));
    this.#finish(outcome, isRecorded);
  }

  #finish({ held, settlement, done }: HeldOutcome, isRecorded: boolean): void {
    if (isRecorded && !held.reclaimed) this.#tellNext(settlement);
    this.#ports.onOver(held);
    done?.(isRecorded);
  }

  /** What waits again, or follows, is to be sent in its turn. */
  #tellNext(settlement: Settlement): void {
    const instants = (settlement.follow ?? []).map(({ sendAtMs }) => sendAtMs);
    if ("sendAtMs" in settlement) instants.push(settlement.sendAtMs);
    if (instants.length > 0) this.#ports.onNext(Math.min(...instants));
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
  const { delivery } = claim;
  const { attempts, sendAtMs, story } = delivery;
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
