import type { Delivery } from "../../domain/delivery.ts";
import { deliveryOf } from "../../domain/promotion.ts";
import type { Reminder } from "../../domain/reminder.ts";
import { DEFAULT_RETRY } from "../../domain/retry.ts";
import type { Way } from "../../domain/target.ts";
import type { Occurrence } from "../../time/schedule.ts";
import type { Receipt } from "../access.ts";
import type { Acceptance, Claim, ClaimRequest, Settlement, Store } from "../store.ts";

/** Opens an empty store; the suite closes it. */
export type OpenStore = () => Promise<Store>;

export const TENANT = "tnt_a";
export const OTHER_TENANT = "tnt_b";
/** The suite's now: 2026-01-01T00:00:00Z. */
export const NOW = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;
export const LEASE_MS = 30_000;

export function occurrenceAt(dueMs: number): Occurrence {
  const nominal = new Date(dueMs).toISOString();
  return { key: nominal, nominal, dueMs, resolution: { kind: "exact", timeZone: null, zoneData: "test" } };
}

export interface ReminderOptions {
  id?: string;
  tenantId?: string;
  address?: string;
  next?: Occurrence | null;
  state?: Reminder["state"];
}

/** A reminder to a webhook; by default it has nothing left to promote. */
export function reminderOf(options: ReminderOptions = {}): Reminder {
  const id = options.id ?? "rem_1";
  return {
    tenantId: options.tenantId ?? TENANT,
    id,
    state: options.state ?? "active",
    version: 1,
    epoch: 0,
    series: id,
    recipientId: null,
    campaignId: null,
    rung: 0,
    timeZone: "UTC",
    spec: {
      schedule: { at: "2026-01-01T00:00:00Z" },
      target: { channel: "webhook", address: options.address ?? "http://one.test/" },
      content: { text: "hello" },
      policy: { catchUp: "latest", usefulForMs: 86_400_000, retry: DEFAULT_RETRY, inDoubt: "resend" },
      metadata: {},
    },
    next: options.next ?? null,
    skips: [],
    createdAtMs: NOW,
    updatedAtMs: NOW,
  };
}

export interface DueOptions extends ReminderOptions {
  dueMs?: number;
  lane?: string;
}

/** The delivery that a reminder's occurrence at `dueMs` becomes. */
export function deliveryFor(reminder: Reminder, dueMs = NOW, lane = "one.test"): Delivery {
  return deliveryOf({
    reminder,
    ring: { occurrence: occurrenceAt(dueMs), note: null },
    way: wayOf(reminder, lane),
    nowMs: NOW,
  });
}

/** The one way of a reminder to an address. */
export function wayOf({ spec: { target } }: Reminder, destination = "one.test"): Way {
  const address = "address" in target ? target.address : undefined;
  return { channel: "webhook", target: address ?? "", destination, recipientId: null };
}

/** A one-off reminder with its delivery. */
export function dueOnce(options: DueOptions = {}): Acceptance & { delivery: Delivery } {
  const reminder = reminderOf(options);
  const delivery = deliveryFor(reminder, options.dueMs ?? NOW, options.lane ?? "one.test");
  return { reminder, deliveries: [delivery], delivery };
}

/** Accepts one one-off reminder that is due; resolves with its delivery. */
export async function acceptDue(store: Store, options: DueOptions = {}): Promise<Delivery> {
  const acceptance = dueOnce(options);
  await store.accept([acceptance]);
  return acceptance.delivery;
}

export function claimRequest(options: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    worker: "wrk_1",
    nowMs: NOW,
    horizonMs: options.horizonMs ?? options.nowMs ?? NOW,
    leaseExpiresAtMs: (options.nowMs ?? NOW) + LEASE_MS,
    limit: 100,
    laneLimit: 100,
    held: new Map(),
    ...options,
  };
}

/** Claims what there is. */
export async function claimAll(store: Store, options: Partial<ClaimRequest> = {}): Promise<Claim[]> {
  return (await store.claim(claimRequest(options))).claims;
}

/** Claims exactly one delivery. */
export async function claimOne(store: Store, options: Partial<ClaimRequest> = {}): Promise<Claim> {
  const claims = await claimAll(store, { limit: 1, ...options });
  const claim = claims[0];
  if (!claim || claims.length !== 1) throw new Error(`Cannot claim one: there were ${claims.length}`);
  return claim;
}

/** Settles; resolves with the ids of those that were refused. */
export async function refusedBy(store: Store, batch: readonly Settlement[]): Promise<string[]> {
  return (await store.settle(batch)).refused;
}

/** A settlement of a claim, with one attempt. */
export function settlementOf(claim: Claim, change: Partial<Settlement> = {}): Settlement {
  const { tenantId, id: deliveryId } = claim.delivery;
  const attempt = {
    number: claim.delivery.story.length + 1,
    worker: "wrk_1",
    startedAtMs: NOW,
    durationMs: 5,
    outcome: "delivered" as const,
    response: { status: 200, body: "ok" },
  };
  const base = {
    tenantId,
    deliveryId,
    fence: claim.fence,
    nowMs: NOW,
    attempt,
    state: "delivered",
    reason: null,
    claimed: claim.delivery,
  };
  return { ...base, ...change } as Settlement;
}

export function receiptOf(key: string, tenantId = TENANT): Receipt {
  const route = "POST /v1/reminders";
  return { tenantId, route, key, fingerprint: "f", status: 201, body: "{}", createdAtMs: NOW };
}
