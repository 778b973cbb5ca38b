import type {
  CalendarEventBatchResource,
  CalendarEventContentInput,
  CalendarEventInput,
  CalendarEventPatchInput,
  CalendarEventResource,
} from "../http/schemas/calendar-event.ts";
import type {
  CalendarAddressListResource,
  CreatedAddressResource,
  RevokedAddressesResource,
} from "../http/schemas/calendar-feed.ts";
import { listOf } from "./list.ts";
import type { PostOptions, RevisionOptions, Transport } from "./transport.ts";

/** By which a list of calendar events is narrowed; `from` and `to` are instants. */
export interface CalendarListFilter {
  /** The id of a recipient, or your own `externalId`. */
  owner?: string;
  from?: string;
  to?: string;
}

const PATH = "/v1/calendar-events";

/** What stands in the calendars of the tenant's recipients. */
export function calendarEventsOf(send: Transport) {
  const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
  return {
    create: (event: CalendarEventInput, options: PostOptions = {}) =>
      send<CalendarEventResource>({ method: "POST", path: PATH, body: event, ...options }),
    /** Makes those whose uid their owner has not, and replaces the others; look at the `status` of each. */
    upsertBatch: (events: readonly CalendarEventInput[], options: PostOptions = {}) =>
      send<CalendarEventBatchResource>({
        method: "POST",
        path: `${PATH}/batch`,
        body: { events },
        ...options,
      }),
    get: (id: string) => send<CalendarEventResource>({ method: "GET", path: pathOf(id) }),
    /** Replaces all but its owner and uid. */
    replace: (id: string, content: CalendarEventContentInput, options: RevisionOptions = {}) =>
      send<CalendarEventResource>({ method: "PUT", path: pathOf(id), body: content, ...options }),
    update: (id: string, patch: CalendarEventPatchInput, options: RevisionOptions = {}) =>
      send<CalendarEventResource>({ method: "PATCH", path: pathOf(id), body: patch, ...options }),
    delete: (id: string, options: RevisionOptions = {}) =>
      send<null>({ method: "DELETE", path: pathOf(id), ...options }),
    ...listOf<CalendarEventResource, CalendarListFilter>(send, PATH),
  };
}

/** The addresses at which recipients' calendars can be read. `owner` is a recipient's id, or your own `externalId`. */
export function calendarAddressesOf(send: Transport) {
  const pathOf = (owner: string) => `/v1/recipients/${encodeURIComponent(owner)}/calendar`;
  return {
    /** The address is shown this once; a repeat under the same Idempotency-Key is refused with `address_shown_once`. */
    create: (owner: string, options: PostOptions = {}) =>
      send<CreatedAddressResource>({ method: "POST", path: pathOf(owner), ...options }),
    list: (owner: string) => send<CalendarAddressListResource>({ method: "GET", path: pathOf(owner) }),
    /** @param address the id of one of them; left out, all are revoked */
    revoke: (owner: string, address?: string) =>
      send<RevokedAddressesResource>({
        method: "DELETE",
        path: pathOf(owner),
        query: address === undefined ? {} : { address },
      }),
  };
}
