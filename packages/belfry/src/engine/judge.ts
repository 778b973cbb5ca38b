import type { Delivery } from "../domain/delivery.ts";
import { quietUntil } from "../domain/quiet-hours.ts";
import { canReminder } from "../domain/reminder.ts";
import { judgeClaim, type Verdict } from "../domain/settlement.ts";
import type { Claim } from "../store/store.ts";
import { formatInstant } from "../time/schedule.ts";

/**
 * How long what a paused campaign has is held aside: what waits of its rule is about to be taken back; what was rung
 * by hand stays, and is looked at less and less often.
 */
const SET_ASIDE_MS = 5_000;
const LONGEST_SET_ASIDE_MS = 600_000;

/** What becomes of a claim before it is sent; `stale`: its recipient was changed since it was planned. */
export type Judgement = { kind: "go" } | { kind: "settle"; verdict: Verdict } | { kind: "stale" };

const GO: Judgement = { kind: "go" };

/** Judges a claim as of the instant at which it is to be sent. */
export function judge(claim: Claim, nowMs: number): Judgement {
  const { delivery, reminder } = claim;
  const owner = judgeOwner(claim, nowMs);
  if (owner) return { kind: "settle", verdict: owner };
  if (isStale(claim)) return { kind: "stale" };
  const verdict = judgeClaim(delivery, reminder.spec.policy, nowMs) ?? judgeQuiet(claim, nowMs);
  return verdict ? { kind: "settle", verdict } : GO;
}

/**
 * Judges a stale claim that could not be planned anew: it waits in the store until it is tried again, unless its old plan
 * is over. Before it was tried it is not judged by that, since it may be due later with what its recipient is now.
 */
export function judgeUnfollowed({ delivery, reminder }: Claim, backMs: number, nowMs: number): Verdict {
  return (
    judgeClaim(delivery, reminder.spec.policy, nowMs) ?? {
      state: "scheduled",
      sendAtMs: Math.max(delivery.sendAtMs, nowMs + backMs),
      reason: "the recipient was changed, and it cannot be planned anew yet",
    }
  );
}

/** Whoever it is for, and what keeps its reminder, may be gone or resting. */
function judgeOwner({ delivery, reminder, recipient, campaign }: Claim, nowMs: number): Verdict | null {
  if (delivery.recipientId !== null && !recipient)
    return { state: "cancelled", reason: "the recipient was deleted" };
  if (reminder.campaignId === null) return null;
  if (!campaign || campaign.state === "stopped")
    return { state: "cancelled", reason: "the campaign was stopped" };
  if (campaign.state === "active") return null;
  const restedMs = nowMs - campaign.updatedAtMs;
  const asideMs = Math.min(Math.max(restedMs, SET_ASIDE_MS), LONGEST_SET_ASIDE_MS);
  return { state: "scheduled", sendAtMs: nowMs + asideMs, reason: "the campaign is paused" };
}

/**
 * What was brought back by hand goes out as it is, whom it escalates to has no part in its plan, and a reminder
 * that has only come back for what was rung by hand has none any more.
 */
function isStale({ delivery, reminder, recipient }: Claim): boolean {
  if (!recipient || delivery.redrivenAtMs !== null || delivery.recipientId !== reminder.recipientId)
    return false;
  if (!canReminder("edit", reminder.state)) return false;
  return delivery.recipientEpoch < recipient.epoch;
}

function judgeQuiet({ delivery, reminder, recipient }: Claim, nowMs: number): Verdict | null {
  if (!recipient?.quietHours || reminder.spec.policy.urgent) return null;
  // Whoever snoozes it has named the time.
  if (delivery.kind === "snooze") return null;
  const timeZone = recipient.timeZone ?? reminder.timeZone;
  // It is claimed a moment before its instant.
  const endMs = quietUntil(recipient.quietHours, timeZone, Math.max(nowMs, delivery.sendAtMs));
  if (endMs === null) return null;
  const until = formatInstant(endMs);
  const reason = `held back by quiet hours until ${until}`;
  if (endMs <= delivery.expiresAtMs)
    return { state: "scheduled", sendAtMs: endMs, reason, note: noteWith(delivery, reason) };
  return { state: "expired", reason: `no longer useful at the end of the quiet hours, at ${until}` };
}

/** That it was held back is told also once it is sent. */
function noteWith({ note }: Delivery, reason: string): string {
  if (note === null) return reason;
  return note.includes(reason) ? note : `${note}; ${reason}`;
}
