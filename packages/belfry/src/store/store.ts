import type { Campaign } from "../domain/campaign.ts";
import type { Attempt, Delivery, DeliveryState, SettledState } from "../domain/delivery.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import type { Partition } from "../domain/partition.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Reminder, ReminderState } from "../domain/reminder.ts";
import type { Endpoint } from "../domain/target.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { IdempotencyStore, Receipt } from "./access.ts";
import type { AccessStore } from "./access-store.ts";
import type { CalendarStore } from "./calendar-store.ts";
import type { CampaignBasis, CampaignStore } from "./campaign-store.ts";
import type { ChangeStore, ReminderView } from "./change-store.ts";
import type { EventStore } from "./event-store.ts";
import type { FactStore } from "./fact-store.ts";
import type { RecipientStore } from "./recipient-store.ts";
import type { RedriveStore } from "./redrive-store.ts";
import type { StatsStore } from "./stats-store.ts";
import type { WorkerStore } from "./worker-store.ts";

export type * from "./access-store.ts";
export type * from "./calendar-store.ts";
export type * from "./campaign-store.ts";
export type * from "./change-store.ts";
export type * from "./event-store.ts";
export type * from "./fact-store.ts";
export type * from "./recipient-store.ts";
export type * from "./redrive-store.ts";
export type * from "./stats-store.ts";
export type * from "./worker-store.ts";

/**
 * Where Belfry keeps what it accepted. Narrow and set-based: batches in, batches out; time and ids
 * are passed in; every method is atomic and resolves only when its effect is on disk. One contract
 * suite (`store/contract/`) runs against every implementation.
 */
export interface Store
  extends ReminderStore,
    ChangeStore,
    DeliveryStore,
    RedriveStore,
    RecipientStore,
    CampaignStore,
    CalendarStore,
    EventStore,
    FactStore,
    StatsStore,
    WorkerStore,
    EndpointStore,
    InboxStore,
    AccessStore,
    IdempotencyStore {
  /** The kind of store, for people: `sqlite`. */
  readonly name: string;
  /** Rejects if the store cannot answer. */
  ping(): Promise<void>;
  /** Deletes what retention no longer keeps, at most `limit` rows a kind; resolves with how many. */
  purge(request: PurgeRequest): Promise<number>;
  close(): Promise<void>;
}

/** A reminder as accepted, with the deliveries that fall inside the near window. */
export interface Acceptance {
  reminder: Reminder;
  deliveries: readonly Delivery[];
}

/** The advance of one reminder: the deliveries that its occurrences become, and where it stands then. */
export interface Promotion {
  tenantId: string;
  reminderId: string;
  /** The version from which it was made; another one refuses the whole promotion of this reminder. */
  version: number;
  next: Occurrence | null;
  deliveries: readonly Delivery[];
  /** How many occurrences of the rule have rung then. */
  rung: number;
  nowMs: number;
}

export interface PageRequest {
  tenantId: string;
  limit: number;
  /** The last item of the page before, as its cursor named it. */
  after: string | undefined;
}

export interface Page<Item> {
  items: Item[];
  /** Opaque; undefined on the last page. */
  nextCursor: string | undefined;
}

export interface ReminderStore {
  /** Those that are not over of a recipient, or of a campaign, by id, after one. */
  findRemindersOf(request: ReminderOwner): Promise<Reminder[]>;
  /** Stores all, with the receipt, or nothing. Rejects with ConflictError `idempotency_conflict`. */
  accept(batch: readonly Acceptance[], receipt?: Receipt): Promise<void>;
  /** Active reminders whose next occurrence is due at or before `horizonMs`, soonest first. */
  findDueReminders(request: DueRequest): Promise<Reminder[]>;
  /**
   * Inserts deliveries that are absent, then advances each reminder whose version is unchanged.
   * Resolves with the ids of reminders that were refused.
   */
  promote(batch: readonly Promotion[]): Promise<string[]>;
  /** From the hot rows, else the history; null if there is none. */
  findReminder(tenantId: string, id: string): Promise<ReminderView | null>;
  /** Newest first. */
  listReminders(request: PageRequest & { state: ReminderState | undefined }): Promise<Page<ReminderView>>;
  /**
   * Ends a reminder in one write; null if there is none. Cancelling twice changes nothing. `stale`: it is
   * none of the revisions that were asked for, and nothing was changed.
   */
  cancelReminder(request: CancelRequest): Promise<CancelResult | StaleRevision | null>;
}

/** Whose reminders are asked for. */
export type ReminderOwner = { tenantId: string; afterId: string; limit: number } & (
  | { recipientId: string }
  | { campaignId: string }
);

export interface DueRequest {
  horizonMs: number;
  limit: number;
  /** Those of this share alone; absent: of all. */
  partition?: Partition;
}

export interface CancelRequest {
  tenantId: string;
  id: string;
  nowMs: number;
  ifRevision?: readonly number[];
  /** Only while the decision's grounds are as they were; else it is `stale`. */
  basis?: CampaignBasis;
  /** Why, in words; default: that it was cancelled. */
  reason?: string;
}

/** A condition on the revision that did not hold. */
export interface StaleRevision {
  kind: "stale";
  /** The revision as it is. */
  revision: number;
}

export interface CancelResult {
  kind: "cancelled";
  view: ReminderView;
  /** Deliveries that were still waiting and are cancelled. */
  cancelled: number;
  /** Deliveries that a worker held: it may be sending them. */
  inFlight: string[];
}

export interface ClaimRequest {
  worker: string;
  nowMs: number;
  /** Claims what is to be sent at or before this instant. */
  horizonMs: number;
  leaseExpiresAtMs: number;
  limit: number;
  /** How many deliveries of one lane a worker may hold. */
  laneLimit: number;
  /** How many of each lane the worker holds already. */
  held: ReadonlyMap<string, number>;
  /** Claims of this share alone; absent: of all. */
  partition?: Partition;
}

/** A delivery in a worker's hands, with what it takes to send it. */
export interface Claim {
  delivery: Delivery;
  /** Changes at every claim; settling with another one is refused. */
  fence: number;
  reminder: Reminder;
  /** Whom it is for, as they are now; null: a bare address or endpoint. */
  recipient: Recipient | null;
  /** The campaign that keeps its reminder, as it is now; null: none. */
  campaign: Campaign | null;
  /** The worker whose lease ended without a word, else null. It may have sent the delivery. */
  inDoubtOf: string | null;
}

export interface Claimed {
  claims: Claim[];
  /** Lanes that may have more parked: worth another claim once the worker holds fewer of them. */
  parkedLanes: string[];
  /** Whether there may be more that was not even looked at. */
  isMore: boolean;
}

/** A worker's word on one delivery. */
export type Settlement = {
  tenantId: string;
  deliveryId: string;
  fence: number;
  nowMs: number;
  /** Absent if nothing was tried. */
  attempt?: Attempt;
  /** Deliveries that follow it, in the same commit; a repeat does not if its occurrence was acknowledged. */
  follow?: readonly Delivery[];
  /** As its worker claimed it: a store may go by that, instead of reading it, where it finds that it is still so. */
  claimed?: Delivery;
} & (
  | { state: SettledState; reason: string | null }
  /** `keep`: its worker would go on holding it, under the next fence, until the end of its lease. */
  | { state: "retrying"; sendAtMs: number; reason: string | null; keep?: boolean }
  /** Held back, and not tried: it waits again until then; `note` takes the place of the delivery's own. */
  | { state: "scheduled"; sendAtMs: number; reason: string; note?: string }
);

/** What became of a batch of settlements, by the ids of their deliveries. */
export interface Settled {
  /** Not recorded: the lease is lost. */
  refused: string[];
  /** Recorded, and still leased to their worker, since that asked for it. */
  kept: string[];
}

export interface Lease {
  tenantId: string;
  deliveryId: string;
  fence: number;
  /** Only if it is this worker's; absent: by the fence alone, which nobody else can have. */
  worker?: string;
}

export interface DeliveryStore {
  /**
   * Leases what is due, soonest first, at most `laneLimit` of one lane; what is over it is parked, so
   * that a lane at its limit never hides another. Parked deliveries come back as their lane has room, and
   * take at most half of a claim. What is of an older epoch than its reminder is cancelled instead.
   */
  claim(request: ClaimRequest): Promise<Claimed>;
  /**
   * The earliest instant at which something can be claimed that is not parked, of a share of the work alone if one is
   * given; null if nothing waits.
   */
  nextClaimAt(partition?: Partition): Promise<number | null>;
  /** Extends leases that are still held; resolves with the ids of those that are lost, under whichever fence they are given. */
  renew(leases: readonly Lease[], leaseExpiresAtMs: number): Promise<string[]>;
  /**
   * Records outcomes row by row where (id, fence) still holds. Settled deliveries leave for the history, and
   * so does a reminder whose last delivery this was. A retry of a reminder that was cancelled meanwhile is
   * cancelled. One that is to be kept stays leased, with the fence raised by one and the end of its lease as it
   * was, while it and its reminder are as they were claimed (`claimed`); else it waits as any other retry.
   */
  settle(batch: readonly Settlement[]): Promise<Settled>;
  /** Gives leases back untried, for a graceful stop. */
  release(leases: readonly Lease[]): Promise<void>;
  /** Waiting deliveries of rules, never tried nor redriven, that were due in a stretch of time, page by page. */
  findMissed(request: MissedRequest): Promise<MissedDelivery[]>;
  /** Settles waiting deliveries as expired, with the reason. */
  expire(
    batch: readonly { tenantId: string; deliveryId: string; reason: string }[],
    nowMs: number,
  ): Promise<void>;
  findDelivery(tenantId: string, id: string): Promise<Delivery | null>;
  /**
   * Latest due first. A filter by channel, campaign or error looks at so many and no more for one page: it may
   * have fewer items than asked for, even none, though more follow.
   */
  listDeliveries(request: PageRequest & DeliveryFilter): Promise<Page<Delivery>>;
}

export interface MissedRequest {
  /** Due at or after this instant, and before the other. */
  dueFromMs: number;
  dueBeforeMs: number;
  limit: number;
  /** The position of the last one of the page before. */
  after?: string;
}

/** A waiting delivery whose instant has passed, with what decides about it. */
export interface MissedDelivery {
  /** Its place in the walk, opaque. */
  position: string;
  tenantId: string;
  deliveryId: string;
  reminder: Reminder;
  dueMs: number;
}

/** Which deliveries are meant: those that fit all that is given. */
export interface DeliveryFilter {
  reminderId: string | undefined;
  state: DeliveryState | undefined;
  channel?: string | undefined;
  recipientId?: string | undefined;
  campaignId?: string | undefined;
  /** Due at or after this instant. */
  sinceMs?: number | undefined;
  /** Due before this instant. */
  untilMs?: number | undefined;
  /** Part of the reason, in any case. */
  error?: string | undefined;
}

export interface EndpointStore {
  /** Rejects with ConflictError `endpoint_exists` if the name is taken. */
  createEndpoint(endpoint: Endpoint, receipt?: Receipt): Promise<void>;
  findEndpoint(tenantId: string, name: string): Promise<Endpoint | null>;
  /** By name. */
  listEndpoints(request: PageRequest): Promise<Page<Endpoint>>;
  /** Replaces what is given; null if there is none. */
  updateEndpoint(change: EndpointChange): Promise<Endpoint | StaleRevision | null>;
  /** False if there was none. */
  deleteEndpoint(removal: EndpointRemoval): Promise<boolean | StaleRevision>;
}

export interface EndpointRemoval {
  tenantId: string;
  name: string;
  ifRevision?: readonly number[];
}

export interface EndpointChange {
  tenantId: string;
  name: string;
  nowMs: number;
  url?: string;
  secrets?: readonly string[];
  state?: Endpoint["state"];
  offReason?: string | null;
  ifRevision?: readonly number[];
  /** Only while the endpoint still has this URL. */
  ifUrl?: string;
}

export interface InboxStore {
  /** Keeps the entry; a second one of the same delivery changes nothing. */
  putInbox(entry: InboxEntry): Promise<void>;
  /** Latest first. */
  listInbox(request: PageRequest): Promise<Page<InboxEntry>>;
}

export interface PurgeRequest {
  /** History settled before this goes. */
  historyBeforeMs: number;
  /** Idempotency records made before this go. */
  receiptsBeforeMs: number;
  /** Events and sums of minutes from before this go. */
  eventsBeforeMs: number;
  /** What must not ring again and was sent before this is forgotten. */
  sentKeysBeforeMs: number;
  limit: number;
}
