import type { Destination } from "../channels/channel.ts";
import type { Attempt, Delivery } from "../domain/delivery.ts";
import { ShortageError, StoreError } from "../domain/errors.ts";
import type { Outcome } from "../domain/outcome.ts";
import { judgeOutcome, type Verdict } from "../domain/settlement.ts";
import { channelOf, type Endpoint, isEndpointTarget } from "../domain/target.ts";
import type { Claim, Settlement } from "../store/store.ts";
import type { EngineDeps } from "./ports.ts";

/** Until when, and whether still, a message may leave. */
export interface Leave {
  /** Aborted when the process must end. */
  signal: AbortSignal;
  /** Asked right before it leaves. */
  mayLeave: () => boolean;
}

/** Where a claim goes, or why it cannot. */
type Resolved =
  | { ok: true; destination: Destination; endpoint: Endpoint | null }
  | { ok: false; outcome: Outcome };

/**
 * Makes one attempt of a delivery and judges it. Null if this machine lacked what it takes, or if the message
 * might not leave any more: nothing was tried, and no attempt is used up. Never rejects: any other fault of ours is a retryable outcome.
 */
export function createSender(deps: EngineDeps, worker: string) {
  return async (claim: Claim, leave: Leave): Promise<Settlement | null> => {
    const startedAtMs = deps.clock.now();
    const outcome = await attemptSafely(deps, claim, leave);
    if (outcome === null) return null;
    const nowMs = deps.clock.now();
    const { delivery, reminder } = claim;
    const verdict = judgeOutcome(outcome, {
      delivery,
      policy: reminder.spec.policy,
      nowMs,
      random: deps.random(),
    });
    const attempt = {
      ...toAttempt(outcome, { number: delivery.story.length + 1, worker, startedAtMs, nowMs }),
      ...aroundIt(delivery, verdict),
    };
    return {
      tenantId: delivery.tenantId,
      deliveryId: delivery.id,
      fence: claim.fence,
      nowMs,
      attempt,
      ...verdict,
    };
  };
}

async function attemptSafely(deps: EngineDeps, claim: Claim, leave: Leave): Promise<Outcome | null> {
  try {
    return await attempt(deps, claim, leave);
  } catch (error) {
    deps.onFault(`send delivery ${claim.delivery.id}`, error);
    if (error instanceof StoreError || error instanceof ShortageError) return null;
    return { kind: "retryable", error: "Belfry itself failed; its log tells why" };
  }
}

async function attempt(deps: EngineDeps, claim: Claim, { signal, mayLeave }: Leave): Promise<Outcome | null> {
  const { delivery, reminder } = claim;
  const name = channelOf(reminder.spec.target);
  const channel = deps.channels.get(name);
  if (!channel) return { kind: "permanent", error: `there is no channel "${name}" here` };
  const resolved = await resolve(deps, claim);
  if (!resolved.ok) return resolved.outcome;
  const outcome = await channel.send(
    {
      deliveryId: delivery.id,
      tenantId: delivery.tenantId,
      reminderId: reminder.id,
      occurrenceId: delivery.occurrenceId,
      userId: null,
      dueMs: delivery.occurrence.dueMs,
      attemptAtMs: deps.clock.now(),
      attempt: delivery.story.length + 1,
      content: reminder.spec.content,
      metadata: reminder.spec.metadata,
      destination: resolved.destination,
    },
    signal,
    mayLeave,
  );
  if (outcome?.kind === "permanent" && outcome.switchOff)
    // The attempt is made, whatever the store says now.
    await switchOff(deps, resolved.endpoint, outcome.error).catch((error: unknown) =>
      deps.onFault(`switch off the endpoint of delivery ${delivery.id}`, error),
    );
  return outcome;
}

async function resolve(deps: EngineDeps, claim: Claim): Promise<Resolved> {
  const { target } = claim.reminder.spec;
  if (!isEndpointTarget(target)) {
    return { ok: true, destination: { address: target.address ?? "", secrets: [] }, endpoint: null };
  }
  const endpoint = await deps.store.findEndpoint(claim.delivery.tenantId, target.endpoint);
  if (!endpoint) return refuse(`the endpoint "${target.endpoint}" does not exist any more`);
  if (endpoint.state === "off")
    return refuse(`the endpoint "${target.endpoint}" is off: ${endpoint.offReason ?? "switched off"}`);
  return { ok: true, destination: { address: endpoint.url, secrets: endpoint.secrets }, endpoint };
}

function refuse(error: string): Resolved {
  return { ok: false, outcome: { kind: "permanent", error } };
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

interface AttemptFrame {
  number: number;
  worker: string;
  startedAtMs: number;
  nowMs: number;
}

function toAttempt(outcome: Outcome, { number, worker, startedAtMs, nowMs }: AttemptFrame): Attempt {
  const attempt: Attempt = {
    number,
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

/** What the delivery itself forgets when it is brought back again: the last time that it was, and how this ends. */
function aroundIt(
  { story, redrivenAtMs }: Delivery,
  { state, reason }: Verdict,
): Pick<Attempt, "redrivenAtMs" | "ended"> {
  const isFirstSince = redrivenAtMs !== null && story.every((before) => before.redrivenAtMs !== redrivenAtMs);
  return {
    ...(isFirstSince ? { redrivenAtMs } : {}),
    ...(state === "dead" || state === "expired" ? { ended: { state, reason } } : {}),
  };
}
