import type { Access } from "../../access/access.ts";
import type { IdSource } from "../../domain/ids.ts";
import type { Links } from "../../domain/links.ts";
import type { CalendarEngine } from "../../engine/calendar-engine.ts";
import type { Campaigns } from "../../engine/campaigns.ts";
import type { Clock } from "../../engine/clock.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Explaining } from "../../engine/explain.ts";
import type { RecipientEngine } from "../../engine/recipient-engine.ts";
import type { ReminderChanges } from "../../engine/reminder-changes.ts";
import type { Store } from "../../store/store.ts";
import type { ReceiptOf, RepeatableRequest } from "../idempotency.ts";
import type { Answer } from "../request.ts";

/** What of the store the API reads by itself; whatever has a meaning goes through the engine. */
export type ReadStore = Pick<
  Store,
  | "findReminder"
  | "listReminders"
  | "findDelivery"
  | "listDeliveries"
  | "findAcknowledgements"
  | "findEndpoint"
  | "listEndpoints"
  | "deleteEndpoint"
  | "listRecipients"
  | "findCalendarEvent"
  | "deleteCalendarEvent"
  | "findCampaign"
  | "listCampaigns"
  | "listInbox"
  | "listEvents"
  | "watchEvents"
  | "listKeys"
  | "findTenant"
  | "listTenants"
  | "findReceipt"
  | "listWorkers"
  | "ping"
>;

/** What the routes need. */
export interface RouteDeps {
  engine: Pick<
    Engine,
    | "accept"
    | "preview"
    | "cancel"
    | "redrive"
    | "redriveAll"
    | "stats"
    | "createEndpoint"
    | "updateEndpoint"
    | keyof ReminderChanges
    | keyof Explaining
    | keyof RecipientEngine
    | keyof CalendarEngine
    | keyof Campaigns
  >;
  store: ReadStore;
  /** The links in messages; null: they have none. */
  links: Links | null;
  clock: Clock;
  ids: IdSource;
  access: Pick<Access, "callers" | "keys" | "tenants" | "limiter" | "newToken" | "isOperator">;
  doOnce: (
    request: RepeatableRequest,
    work: (receiptOf: ReceiptOf | undefined) => Promise<Answer>,
  ) => Promise<Answer>;
}
