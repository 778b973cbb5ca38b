import type { BulkRetryInput, BulkRetryResource } from "../http/schemas/bulk-retry.ts";
import type { DeliveryResource, DeliveryStoryResource } from "../http/schemas/delivery.ts";
import type { SnoozeInput } from "../http/schemas/snooze.ts";
import { listOf } from "./list.ts";
import type { PostOptions, Transport } from "./transport.ts";

export type DeliveryListFilter = { reminder?: string; state?: DeliveryResource["state"] };

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
    /** Its reminder rings once more, later; the rule is not shifted. */
    snooze: (id: string, request: SnoozeInput, options: PostOptions = {}) =>
      send<DeliveryResource>({ method: "POST", path: `${pathOf(id)}/snooze`, body: request, ...options }),
    ...listOf<DeliveryResource, DeliveryListFilter>(send, PATH),
  };
}
