import type { Attempt, Delivery } from "../domain/delivery.ts";
import { ShortageError, StoreError } from "../domain/errors.ts";
import { type Outcome, storableOutcome } from "../domain/outcome.ts";
import { judgeOutcome, type Verdict } from "../domain/settlement.ts";
import type { Endpoint } from "../domain/target.ts";
import type { Claim, Settlement } from "../store/store.ts";
import { UnknownZoneError } from "../time/schedule.ts";
import { followSafely } from "./followers.ts";
import type { EngineDeps } from "./ports.ts";
import { prepare } from "./prepare.ts";
import { putOff } from "./put-off.ts";

/** Until when, and whether still, a message may leave. */
export interface Leave {
  /** Aborted when the process must end. */
  signal: AbortSignal;
  /** Asked right before it leaves. */
  mayLeave: () => boolean;
}

/**
 * Makes one attempt of a delivery and judges it. Null if this machine lacked what it takes, or if the message
 * might not leave any more: nothing was tried, and no attempt is used up. Never rejects: any other fault of ours is a retryable outcome.
 */
export function createSender(deps: EngineDeps, worker: string) {
  return async (claim: Claim, leave: Leave): Promise<Settlement | null> => {
    const startedAtMs = deps.clock.now();
    let tried: Tried | null;
    try {
      tried = await attempt(deps, claim, leave);
    } catch (error) {
      tried = failed(deps, claim, error);
    }
    if (tried === null) return null;
    return settlementOf(deps, claim, { tried, frame: { worker, startedAtMs, nowMs: deps.clock.now() } });
  };
}

/** What came of an attempt; or that there was none to make. */
type Tried = { kind: "tried"; outcome: Outcome } | { kind: "not-tried"; verdict: Verdict };

/** What is our own fault is no verdict on the message. */
function failed(deps: EngineDeps, claim: Claim, error: unknown): Tried | null {
  deps.onFault(`send delivery ${claim.delivery.id}`, error);
  if (error instanceof StoreError || error instanceof ShortageError) return null;
  // Nothing has left: what it says could not be filled in.
  if (error instanceof UnknownZoneError)
    return { kind: "not-tried", verdict: putOff(claim.delivery, deps.clock.now(), error) };
  return {
    kind: "tried",
    outcome: { kind: "retryable", error: "Belfry itself failed; its log tells why" },
  };
}

function settlementOf(
  deps: EngineDeps,
  claim: Claim,
  { tried, frame }: { tried: Tried; frame: AttemptFrame },
): Settlement {
  const { delivery, reminder, fence } = claim;
  const { nowMs } = frame;
  const ids = { tenantId: delivery.tenantId, deliveryId: delivery.id, fence, nowMs, claimed: delivery };
  if (tried.kind === "not-tried") return { ...ids, ...tried.verdict };
  const { outcome } = tried;
  const { policy } = reminder.spec;
  const verdict = judgeOutcome(outcome, { delivery, policy, nowMs, random: deps.random() });
  const attempt = toAttempt(outcome, delivery, frame);
  noteAround(attempt, delivery, verdict);
  const follow = followSafely(deps, { claim, verdict, nowMs });
  return { ...ids, attempt, ...verdict, ...(follow.length > 0 ? { follow } : {}) };
}

async function attempt(deps: EngineDeps, claim: Claim, { signal, mayLeave }: Leave): Promise<Tried | null> {
  const prepared = await prepare(deps, claim);
  if (prepared.kind === "settle") return { kind: "not-tried", verdict: prepared.verdict };
  if (prepared.kind === "dead")
    return { kind: "tried", outcome: storableOutcome({ kind: "permanent", error: prepared.error }) };
  const told = await prepared.channel.send(prepared.message, signal, mayLeave);
  if (told === null) return null;
  // The one place where what others have said comes in, by whatever channel.
  const outcome = storableOutcome(told);
  if (outcome.kind === "permanent" && outcome.switchOff)
    // The attempt is made, whatever the store says now.
    await switchOff(deps, prepared.endpoint, outcome.error).catch((error: unknown) =>
      deps.onFault(`switch off the endpoint of delivery ${claim.delivery.id}`, error),
    );
  return { kind: "tried", outcome };
}

/** The destination said that it is gone for good; a URL that was changed meanwhile is left on. */
async function switchOff(deps: EngineDeps, endpoint: Endpoint | null, reason: string): Promise<void> {
  if (!endpoint) return;
  const { tenantId, name, url: ifUrl } = endpoint;
  const nowMs = deps.clock.now();
  const off = { state: "off", offReason: reason } as const;
  const result = await deps.store.updateEndpoint({ tenantId, name, nowMs, ifUrl, ...off });
  if (result) deps.observe?.({ kind: "endpoint-off", tenantId, name, reason });
}

/** Whose attempt it is, and when it was made. */
interface AttemptFrame {
  worker: string;
  startedAtMs: number;
  nowMs: number;
}

function toAttempt(
  outcome: Outcome,
  { story }: Delivery,
  { worker, startedAtMs, nowMs }: AttemptFrame,
): Attempt {
  const attempt: Attempt = {
    number: story.length + 1,
    worker,
    startedAtMs,
    durationMs: Math.max(0, nowMs - startedAtMs),
    outcome: outcome.kind,
  };
  if (outcome.kind !== "delivered") attempt.error = outcome.error;
  else if (outcome.providerId !== undefined) attempt.providerId = outcome.providerId;
  if (outcome.response) attempt.response = outcome.response;
  return attempt;
}

/**
 * Notes what the delivery itself forgets when it is brought back again: the last time that it was, and how this
 * ends. Within the attempt, which is new: nearly all have neither, and are spared a copy.
 */
function noteAround(attempt: Attempt, { story, redrivenAtMs }: Delivery, { state, reason }: Verdict): void {
  const isFirstSince = redrivenAtMs !== null && story.every((before) => before.redrivenAtMs !== redrivenAtMs);
  if (isFirstSince) attempt.redrivenAtMs = redrivenAtMs;
  if (state === "dead" || state === "expired") attempt.ended = { state, reason };
}
