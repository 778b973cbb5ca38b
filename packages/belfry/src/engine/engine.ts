import type { Content, JsonObject } from "../domain/content.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { InvalidInputError } from "../domain/errors.ts";
import type { Holding } from "../domain/holding.ts";
import type { CatchUp, InDoubt } from "../domain/reminder.ts";
import type { Jitter } from "../domain/retry.ts";
import type { Endpoint, Target } from "../domain/target.ts";
import type { Receipt } from "../store/access.ts";
import type { CancelResult, RedriveResult, ReminderView, StaleRevision } from "../store/store.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { CalendarEngine } from "./calendar-engine.ts";
import type { Campaigns } from "./campaigns.ts";
import type { Explaining } from "./explain.ts";
import type { RecipientEngine } from "./recipient-engine.ts";
import type { RedriveAll, RedrivenAll } from "./redrive.ts";
import type { ChangeOptions, ReminderChanges } from "./reminder-changes.ts";
import type { Stats } from "./stats.ts";

/** Who asks: every read and write stays within it. */
export interface Tenant {
  id: string;
  /** The zone in which floating rules without a recipient are read. */
  timeZone: string;
}

/** What a sender asks for. The shape has been checked; the meaning has not. */
export interface ReminderRequest {
  schedule: unknown;
  to: Target;
  content: Content;
  catchUp?: CatchUp;
  /** ISO 8601 duration. */
  usefulFor?: string;
  retry?: RetryRequest;
  inDoubt?: InDoubt;
  /** ISO 8601 duration. */
  spread?: string;
  urgent?: boolean;
  repeat?: RepeatRequest;
  metadata?: JsonObject;
}

/** `initial` and `max` are ISO 8601 durations, from PT0.05S; `jitter`: `full` unless it is said. */
export interface RetryRequest {
  maxAttempts?: number;
  initial?: string;
  max?: string;
  jitter?: Jitter;
}

/** `every` is an ISO 8601 duration. */
export interface RepeatRequest {
  every: string;
  max: number;
  escalation?: { after: number; to: Target };
}

/** The answer to one request of a batch. */
export type Accepted = { ok: true; view: ReminderView } | { ok: false; error: InvalidInputError };

export interface PreviewRequest {
  schedule: unknown;
  timeZone?: string;
  /** Exclusive; in ms since the epoch; default now. */
  afterMs?: number;
  count: number;
}

export interface Preview {
  occurrences: Occurrence[];
  text: string;
}

export interface EndpointRequest {
  name: string;
  url: string;
  secrets: readonly string[];
}

export interface EndpointPatch {
  url?: string;
  secrets?: readonly string[];
  state?: Endpoint["state"];
}

/** One of the two parts of a pass alone. */
export type TickPart = "promote" | "send";

/** What a pass did. */
export interface Ticked {
  promoted: number;
  sent: number;
  /** Whether so many recipients were changed that reminders are left to follow them in the next pass. */
  isBehind: boolean;
}

/** What the API, and later the bot and embedding programs, ask of the engine. */
export interface Engine extends ReminderChanges, Campaigns, RecipientEngine, CalendarEngine, Explaining {
  /**
   * Stores the requests that are right, in one commit with the receipt; the others are answered with
   * what is wrong. Resolves when all is on disk.
   */
  accept(
    tenant: Tenant,
    requests: readonly ReminderRequest[],
    receiptOf?: (results: readonly Accepted[]) => Receipt,
  ): Promise<Accepted[]>;
  /** @throws InvalidInputError */
  preview(tenant: Tenant, request: PreviewRequest): Preview;
  /** Cancels what waits; null if there is no such reminder. `inFlight` may still arrive. */
  cancel(
    tenantId: string,
    id: string,
    options?: Pick<ChangeOptions, "ifRevision">,
  ): Promise<CancelResult | StaleRevision | null>;
  /** Brings a dead or expired delivery back, to be sent now; null if there is none. */
  redrive(
    tenantId: string,
    id: string,
    receiptOf?: (delivery: Delivery) => Receipt,
  ): Promise<RedriveResult | null>;
  /** Brings back what a filter means, oldest first, or only counts it. */
  redriveAll(tenantId: string, request: RedriveAll): Promise<RedrivenAll>;
  /** How it goes: states, what was settled of late, and what the next hour brings; at most a few seconds old. */
  stats(tenantId: string): Promise<Stats>;
  /** @throws InvalidInputError, ConflictError `endpoint_exists` */
  createEndpoint(
    tenant: Tenant,
    request: EndpointRequest,
    receiptOf?: (endpoint: Endpoint) => Receipt,
  ): Promise<Endpoint>;
  /** Null if there is none. @throws InvalidInputError */
  updateEndpoint(
    tenant: Tenant,
    name: string,
    patch: EndpointPatch,
    options?: Pick<ChangeOptions, "ifRevision">,
  ): Promise<Endpoint | StaleRevision | null>;
  /** One pass of the scheduler: promotes what is due inside the near window. Resolves with how many. */
  promote(): Promise<number>;
  /** Has all reminders follow their recipients and campaigns; resolves when none is behind. */
  inStep(): Promise<void>;
  /** Joins the others on the store, and starts what its roles are: promoting and purging, sending. */
  start(): Promise<void>;
  /** Ends gracefully: lets running attempts finish, gives the other leases back. */
  stop(): Promise<void>;
  /** One pass of the scheduler and the worker, or of one of them, as one more process on the store. */
  tick(only?: TickPart): Promise<Ticked>;
  /** What its worker has in its hands. */
  holding(): Holding;
  /** Sends what is due now and resolves when all of it is settled. */
  drain(): Promise<number>;
}
