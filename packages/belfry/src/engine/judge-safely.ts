import type { Claim } from "../store/store.ts";
import { type Judgement, judge } from "./judge.ts";
import { judgeInDoubt } from "./missed.ts";
import type { EngineDeps } from "./ports.ts";
import { putOff } from "./put-off.ts";

/** Judges a claim as it is taken in hand. Never throws. */
export function judgeTaken(deps: EngineDeps, claim: Claim): Judgement {
  return safely(deps, claim, (nowMs) => {
    const judgement = judge(claim, nowMs);
    const verdict = judgement.kind === "settle" ? null : judgeInDoubt(deps, claim);
    return verdict ? { kind: "settle", verdict } : judgement;
  });
}

/** Judges a claim as of now, when it is to be sent. Never throws. */
export function judgeSafely(deps: EngineDeps, claim: Claim): Judgement {
  return safely(deps, claim, (nowMs) => judge(claim, nowMs));
}

/** One that cannot be judged (its recipient's zone is not in the zone data) must not stop the others. */
function safely(deps: EngineDeps, claim: Claim, judged: (nowMs: number) => Judgement): Judgement {
  const { delivery } = claim;
  const nowMs = deps.clock.now();
  try {
    return judged(nowMs);
  } catch (error) {
    deps.onFault(`judge delivery ${delivery.id}`, error);
    return { kind: "settle", verdict: putOff(delivery, nowMs, error) };
  }
}
