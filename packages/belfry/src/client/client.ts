import type { EndpointInput, EndpointPatchInput, EndpointResource } from "../http/schemas/endpoint.ts";
import type { InboxMessageResource } from "../http/schemas/inbox.ts";
import type { PreviewRequestInput, PreviewResource } from "../http/schemas/preview.ts";
import type { StatsResource } from "../http/schemas/stats.ts";
import type { WorkerListResource } from "../http/schemas/worker.ts";
import { keysOf, tenantsOf } from "./access.ts";
import { calendarAddressesOf, calendarEventsOf } from "./calendar.ts";
import { campaignsOf } from "./campaigns.ts";
import { deliveriesOf } from "./deliveries.ts";
import { eventsOf } from "./events.ts";
import { listOf } from "./list.ts";
import { checkOptions } from "./option-check.ts";
import { recipientsOf } from "./recipients.ts";
import { remindersOf } from "./reminders.ts";
import {
  type ClientOptions,
  createTransport,
  type PostOptions,
  type RevisionOptions,
  type Transport,
} from "./transport.ts";

export type { CalendarListFilter } from "./calendar.ts";
export type { DeliveryListFilter } from "./deliveries.ts";
export type { EventOptions, LostStream } from "./events.ts";
export type { PageOptions } from "./list.ts";
export type { RecipientListFilter } from "./recipients.ts";
export type { BatchOptions, ChangeOptions, CreateBatch, ReminderFilter } from "./reminders.ts";
export type { ClientOptions, PostOptions, RevisionOptions } from "./transport.ts";

/** A typed client of the API. Refusals are thrown as ApiError, broken connections as UnreachableError. */
export type Client = ReturnType<typeof createClient>;

/**
 * Makes a client; nothing is sent until it is asked to.
 *
 * @throws TypeError if the address or the key cannot be used; it never shows the key
 */
export function createClient(options: ClientOptions) {
  checkOptions(options);
  const send = createTransport(options);
  return {
    reminders: remindersOf(send),
    schedules: {
      preview: (request: PreviewRequestInput) =>
        send<PreviewResource>({ method: "POST", path: "/v1/schedules/preview", body: request }),
    },
    recipients: recipientsOf(send),
    calendarEvents: calendarEventsOf(send),
    calendarAddresses: calendarAddressesOf(send),
    campaigns: campaignsOf(send),
    deliveries: deliveriesOf(send),
    endpoints: endpointsOf(send),
    inbox: listOf<InboxMessageResource, object>(send, "/v1/inbox"),
    /** What happens from now on, or after an event that is known; ends only when it is told to. */
    events: eventsOf(options),
    stats: () => send<StatsResource>({ method: "GET", path: "/v1/stats" }),
    keys: keysOf(send),
    tenants: tenantsOf(send),
    /** The processes that work on the store; for its operator alone. */
    workers: { list: () => send<WorkerListResource>({ method: "GET", path: "/v1/workers" }) },
  };
}

function endpointsOf(send: Transport) {
  const path = "/v1/endpoints";
  const pathOf = (name: string) => `${path}/${encodeURIComponent(name)}`;
  return {
    create: (endpoint: EndpointInput, options: PostOptions = {}) =>
      send<EndpointResource>({ method: "POST", path, body: endpoint, ...options }),
    get: (name: string) => send<EndpointResource>({ method: "GET", path: pathOf(name) }),
    update: (name: string, patch: EndpointPatchInput, options: RevisionOptions = {}) =>
      send<EndpointResource>({ method: "PATCH", path: pathOf(name), body: patch, ...options }),
    delete: (name: string, options: RevisionOptions = {}) =>
      send<null>({ method: "DELETE", path: pathOf(name), ...options }),
    ...listOf<EndpointResource, object>(send, path),
  };
}
