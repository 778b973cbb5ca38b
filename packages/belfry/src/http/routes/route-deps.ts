import type { Clock } from "../../engine/clock.ts";
import type { Engine } from "../../engine/engine.ts";
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
  | "findKey"
  | "findReceipt"
  | "ping"
>;

/** What the routes need. */
export interface RouteDeps {
  engine: Pick<Engine, "accept" | "preview" | "cancel" | "redrive" | "createEndpoint" | "updateEndpoint">;
  store: ReadStore;
  clock: Pick<Clock, "now">;
  doOnce: (
    request: RepeatableRequest,
    work: (receiptOf: ReceiptOf | undefined) => Promise<Answer>,
  ) => Promise<Answer>;
}
