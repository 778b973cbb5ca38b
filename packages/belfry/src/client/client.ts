import type { DeliveryResource, DeliveryStoryResource } from "../http/schemas/delivery.ts";
import type { EndpointInput, EndpointPatchInput, EndpointResource } from "../http/schemas/endpoint.ts";
import type { InboxMessageResource } from "../http/schemas/inbox.ts";
import type { PageResource } from "../http/schemas/page.ts";
import type { PreviewRequestInput, PreviewResource } from "../http/schemas/preview.ts";
import type {
  BatchResource,
  CancelledReminderResource,
  ReminderInput,
  ReminderResource,
} from "../http/schemas/reminder.ts";
import { type ClientOptions, createTransport, type Transport } from "./transport.ts";

export type { ClientOptions } from "./transport.ts";

/** Which page of a list. */
export interface PageOptions {
  /** 1 to 100. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

/** How a POST is made. */
export interface PostOptions {
  /** Default: a fresh one for each call. */
  idempotencyKey?: string;
}

export type ReminderFilter = { state?: ReminderResource["state"] };
export type DeliveryListFilter = { reminder?: string; state?: DeliveryResource["state"] };

/** A typed client of the API. Refusals are thrown as ApiError, broken connections as UnreachableError. */
export type Client = ReturnType<typeof createClient>;

/** Makes a client; nothing is sent until it is asked to. */
export function createClient(options: ClientOptions) {
  const send = createTransport(options);
  return {
    reminders: remindersOf(send),
    schedules: {
      preview: (request: PreviewRequestInput) =>
        send<PreviewResource>({ method: "POST", path: "/v1/schedules/preview", body: request }),
    },
    deliveries: deliveriesOf(send),
    endpoints: endpointsOf(send),
    inbox: listOf<InboxMessageResource, object>(send, "/v1/inbox"),
  };
}

function remindersOf(send: Transport) {
  const path = "/v1/reminders";
  return {
    create: (reminder: ReminderInput, options: PostOptions = {}) =>
      send<ReminderResource>({ method: "POST", path, body: reminder, ...options }),
    /** Answers item by item: look at the `status` of each. */
    createBatch: (reminders: readonly ReminderInput[], options: PostOptions = {}) =>
      send<BatchResource>({ method: "POST", path: `${path}/batch`, body: { reminders }, ...options }),
    get: (id: string) => send<ReminderResource>({ method: "GET", path: `${path}/${encodeURIComponent(id)}` }),
    cancel: (id: string) =>
      send<CancelledReminderResource>({ method: "DELETE", path: `${path}/${encodeURIComponent(id)}` }),
    ...listOf<ReminderResource, ReminderFilter>(send, path),
  };
}

function deliveriesOf(send: Transport) {
  const path = "/v1/deliveries";
  return {
    get: (id: string) =>
      send<DeliveryStoryResource>({ method: "GET", path: `${path}/${encodeURIComponent(id)}` }),
    retry: (id: string, options: PostOptions = {}) =>
      send<DeliveryResource>({ method: "POST", path: `${path}/${encodeURIComponent(id)}/retry`, ...options }),
    ...listOf<DeliveryResource, DeliveryListFilter>(send, path),
  };
}

function endpointsOf(send: Transport) {
  const path = "/v1/endpoints";
  return {
    create: (endpoint: EndpointInput, options: PostOptions = {}) =>
      send<EndpointResource>({ method: "POST", path, body: endpoint, ...options }),
    get: (name: string) =>
      send<EndpointResource>({ method: "GET", path: `${path}/${encodeURIComponent(name)}` }),
    update: (name: string, patch: EndpointPatchInput) =>
      send<EndpointResource>({ method: "PATCH", path: `${path}/${encodeURIComponent(name)}`, body: patch }),
    delete: (name: string) => send<null>({ method: "DELETE", path: `${path}/${encodeURIComponent(name)}` }),
    ...listOf<EndpointResource, object>(send, path),
  };
}

function listOf<Item, Filter extends object>(send: Transport, path: string) {
  const list = (query: Filter & PageOptions = {} as Filter & PageOptions): Promise<PageResource<Item>> =>
    send<PageResource<Item>>({ method: "GET", path, query: { ...query } });
  /** Every item of every page, page by page as they are asked for. */
  async function* all(query: Filter & PageOptions = {} as Filter & PageOptions): AsyncGenerator<Item, void> {
    let page = await list(query);
    yield* page.items;
    while (page.nextCursor !== null) {
      page = await list({ ...query, cursor: page.nextCursor });
      yield* page.items;
    }
  }
  return { list, all };
}
