import type { AcknowledgedResource } from "../http/schemas/acknowledgement.ts";
import type { BulkRetryInput, BulkRetryResource } from "../http/schemas/bulk-retry.ts";
import type {
  DeliveryRecordResource,
  DeliveryResource,
  DeliveryStoryResource,
} from "../http/schemas/delivery.ts";
import type { DeliveryExplanationResource } from "../http/schemas/explanation.ts";
import type { SkippedReminderResource } from "../http/schemas/reminder.ts";
import type { SnoozeInput } from "../http/schemas/snooze.ts";
import { listOf } from "./list.ts";
import type { PostOptions, Transport } from "./transport.ts";

/** Those that fit all that is given; `since` and `until` are about when they are due. */
export type DeliveryListFilter = {
  reminder?: string;
  state?: DeliveryResource["state"];
  channel?: string;
  recipient?: string;
  campaign?: string;
  /** Instants with their offset. */
  since?: string;
  until?: string;
  /** A part of their `reason`, in any case. */
  error?: string;
};

const PATH = "/v1/deliveries";

/** The deliveries of the tenant whose key the client bears. */
export function deliveriesOf(send: Transport) {
  const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
  return {
    get: (id: string) => send<DeliveryStoryResource>({ method: "GET", path: pathOf(id) }),
    retry: (id: string, options: PostOptions = {}) =>
      send<DeliveryResource>({ method: "POST", path: `${pathOf(id)}/retry`, ...options }),
    /** At most 1000 in one call, those settled first before the others: call again while `retried` is the limit. */
    retryAll: (request: BulkRetryInput = {}, options: PostOptions = {}) =>
      send<BulkRetryResource>({ method: "POST", path: `${PATH}/retry`, body: request, ...options }),
    /** Why it was sent when it was, or was not; `text` says it in sentences. */
    explain: (id: string) =>
      send<DeliveryExplanationResource>({ method: "GET", path: `${pathOf(id)}/explain` }),
    /** Somebody has seen it: what waits of its occurrence is cancelled, on every channel, and it nags no more. */
    acknowledge: (id: string, options: PostOptions = {}) =>
      send<AcknowledgedResource>({ method: "POST", path: `${pathOf(id)}/acknowledge`, ...options }),
    /** Leaves out its occurrence if that still waits, else the next one of its reminder. */
    skip: (id: string, options: PostOptions = {}) =>
      send<SkippedReminderResource>({ method: "POST", path: `${pathOf(id)}/skip`, ...options }),
    /** Its reminder rings once more, later; the rule is not shifted, and it nags no more until then. */
    snooze: (id: string, request: SnoozeInput, options: PostOptions = {}) =>
      send<DeliveryResource>({ method: "POST", path: `${pathOf(id)}/snooze`, body: request, ...options }),
    ...listOf<DeliveryRecordResource, DeliveryListFilter>(send, PATH),
  };
}
