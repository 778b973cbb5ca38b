import type { Claim, Lease, Settlement } from "../store/store.ts";
import { type Held, leaseOf } from "./hand.ts";
import type { EngineDeps } from "./ports.ts";
import { Settler } from "./settler.ts";

export interface RecorderEvents {
  /** Whether attempts are running that settling would hold up. */
  isSending: () => boolean;
  /** Gives a lease back. Never rejects. */
  release: (lease: Lease) => Promise<void>;
}

/** Records what became of what a worker holds, and tells of it. */
export class Recorder {
  readonly #deps: EngineDeps;
  readonly #settler: Settler;
  /** What is to be tried again soon is waited for: it is recorded apart, and not in its turn after all that has ended. */
  readonly #keeper: Settler;
  readonly #release: RecorderEvents["release"];

  constructor(deps: EngineDeps, { isSending, release }: RecorderEvents) {
    this.#deps = deps;
    this.#settler = new Settler({ ...deps, isSending });
    this.#keeper = new Settler({ ...deps, isSending });
    this.#release = release;
  }

  /** Tells of an attempt, before it is recorded. */
  tellAttempt({ claim: { delivery } }: Held, { attempt }: Settlement): void {
    const { observe } = this.#deps;
    if (!observe || !attempt) return;
    const isFirst = delivery.story.length === 0 && delivery.redrivenAtMs === null;
    const latenessMs = isFirst ? attempt.startedAtMs - delivery.occurrence.dueMs : null;
    observe({ kind: "attempt", delivery, attempt, latenessMs });
  }

  /**
   * Records an outcome; if the lease was lost to this very worker, under the fence it has now. Resolves with
   * whether it was. What its worker goes on with is noted as claimed anew.
   */
  async record(held: Held, settlement: Settlement): Promise<boolean> {
    const { observe } = this.#deps;
    const { delivery } = held.claim;
    let settled = settlement;
    const settler = held.keeps === undefined ? this.#settler : this.#keeper;
    let answer = await settler.settle(settled);
    const fence = held.reclaimed?.claim.fence ?? held.claim.fence;
    if (answer === "refused" && fence !== settled.fence) {
      held.reclaimed = undefined;
      settled = { ...settlement, fence };
      answer = await settler.settle(settled);
    }
    if (answer === "refused") observe?.({ kind: "leases-lost", deliveries: 1 });
    else observe?.({ kind: "settled", delivery, verdict: settlement });
    if (answer !== "refused" && held.keeps !== undefined) await this.#keep(held, settled, answer === "kept");
    return answer !== "refused";
  }

  /**
   * Goes on with what stays leased. What somebody has changed meanwhile is given back instead, and so is what may
   * be leased without its worker having heard of it: where it is not, that does nothing.
   */
  async #keep(held: Held, settled: Settlement, isKept: boolean): Promise<void> {
    if (held.reclaimed) return;
    const claim = claimAfter(held.claim, settled);
    // A renewal that met the old fence has told of a loss that is none: it is renewed again before it is sent.
    const leaseExpiresAtMs = held.isLost ? 0 : held.leaseExpiresAtMs;
    if (isKept && held.keeps) held.reclaimed = { claim, leaseExpiresAtMs };
    else await this.#release(leaseOf({ claim }));
  }
}

/** What a worker holds once its retry is recorded, and it keeps it. */
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
