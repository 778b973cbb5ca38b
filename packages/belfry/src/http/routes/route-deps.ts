import type { Access } from "../../access/access.ts";
import type { IdSource } from "../../domain/ids.ts";
import type { Clock } from "../../engine/clock.ts";
import type { Engine } from "../../engine/engine.ts";
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
  | "findEndpoint"
  | "listEndpoints"
  | "deleteEndpoint"
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
  >;
  store: ReadStore;
  clock: Clock;
  ids: IdSource;
  access: Pick<Access, "callers" | "keys" | "tenants" | "isOperator">;
  doOnce: (
    request: RepeatableRequest,
    work: (receiptOf: ReceiptOf | undefined) => Promise<Answer>,
  ) => Promise<Answer>;
}
