import type { Delivery, SettledState } from "./delivery.ts";
import type { Outcome } from "./outcome.ts";
import type { DeliveryPolicy } from "./reminder.ts";
import { backoffMs } from "./retry.ts";

/** What becomes of a delivery. */
export type Verdict =
  | { state: SettledState; reason: string | null }
  | { state: "retrying"; sendAtMs: number; reason: string | null }
  /** Held back: it was not tried, and waits until then; `note`: what it stands for from then on. */
  | { state: "scheduled"; sendAtMs: number; reason: string; note?: string };

/** So many leases may end without a word before a delivery is thought to be what kills its workers. */
export const MAX_LOST_LEASES = 30;

/**
 * Judges a delivery before it is sent: null if it may go.
 *
 * Leases that ended without a word do not use up the policy's attempts, since the process died and not
 * the destination failed; `inDoubt: "hold"` keeps such a delivery back to be looked at.
 */
export function judgeClaim(delivery: Delivery, policy: DeliveryPolicy, nowMs: number): Verdict | null {
  if (nowMs > delivery.expiresAtMs) {
    return {
      state: "expired",
      reason: `no longer useful: it could not be sent by ${instant(delivery.expiresAtMs)}`,
    };
  }
  if (delivery.lostLeases > 0 && policy.inDoubt === "hold") {
    return {
      state: "dead",
      reason: "in doubt: its worker ended without a word and may have sent it; held as asked",
    };
  }
  if (delivery.lostLeases > MAX_LOST_LEASES) {
    return {
      state: "dead",
      reason: `${delivery.lostLeases} workers ended without a word while they held it`,
    };
  }
  return null;
}

export interface OutcomeContext {
  delivery: Delivery;
  policy: DeliveryPolicy;
  nowMs: number;
  /** In [0, 1), for the jitter of the backoff. */
  random: number;
}

/** What an attempt's outcome makes of the delivery. The worker alone owns retries. */
export function judgeOutcome(outcome: Outcome, context: OutcomeContext): Verdict {
  if (outcome.kind === "delivered") return { state: "delivered", reason: context.delivery.note };
  if (outcome.kind === "permanent") return { state: "dead", reason: outcome.error };
  return judgeFailure(outcome.error, outcome.retryAfterMs, context);
}

function judgeFailure(error: string, retryAfterMs: number | undefined, context: OutcomeContext): Verdict {
  const { delivery, policy, nowMs, random } = context;
  const attempt = delivery.attempts + 1;
  if (attempt >= policy.retry.maxAttempts) {
    return {
      state: "dead",
      reason: `failed ${attempt} of ${policy.retry.maxAttempts} attempts; the last: ${error}`,
    };
  }
  const sendAtMs = nowMs + (retryAfterMs ?? backoffMs(policy.retry, attempt, random));
  if (sendAtMs > delivery.expiresAtMs) {
    return { state: "expired", reason: `no longer useful at the next attempt; the last: ${error}` };
  }
  return { state: "retrying", sendAtMs, reason: error };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
