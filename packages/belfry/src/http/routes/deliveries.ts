import { z } from "@hono/zod-openapi";
import { type Delivery, rootOccurrence } from "../../domain/delivery.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageRequest } from "../pagination.ts";
import { jsonAnswer } from "../request.ts";
import { deliveryPageSchema, deliveryStorySchema } from "../schemas/delivery.ts";
import { deliveryQuerySchema } from "../schemas/delivery-query.ts";
import { textOf } from "../schemas/field.ts";
import { deliveryRecordResource, deliveryStoryResource } from "../views/delivery-view.ts";
import { readDeliveryFilter } from "./delivery-filter.ts";
import { noDelivery } from "./delivery-refusals.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "deliveries";
/** Where all deliveries are, and one of them. */
export const deliveriesPath = "/v1/deliveries";
export const deliveryPath = `${deliveriesPath}/{id}`;
export const deliveryParams = z.object({
  id: textOf("the id of a delivery", "dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y"),
});

/** Reading deliveries. */
export function deliveryRoutes(deps: Pick<RouteDeps, "store">): Operation[] {
  return [listDeliveries(deps), getDelivery(deps)];
}

function listDeliveries({ store }: Pick<RouteDeps, "store">): Operation {
  return {
    method: "get",
    path: deliveriesPath,
    operationId: "listDeliveries",
    summary:
      "List deliveries, latest due first; a page of some filters may be short, or empty, and not be the last",
    tag,
    scope: "read",
    query: deliveryQuerySchema,
    answers: { 200: { description: "one page", schema: deliveryPageSchema } },
    handle: async (context) => {
      const query = readQuery(context, deliveryQuerySchema);
      const request = pageRequest(context.get("tenant").id, query);
      const page = await store.listDeliveries({ ...request, ...readDeliveryFilter(query) });
      return pageAnswer(context, page, await recordView(store, page.items));
    },
  };
}

function getDelivery({ store }: Pick<RouteDeps, "store">): Operation {
  return {
    method: "get",
    path: deliveryPath,
    operationId: "getDelivery",
    summary: "Read a delivery with its attempts and its story",
    tag,
    scope: "read",
    params: deliveryParams,
    answers: { 200: { description: "the delivery", schema: deliveryStorySchema } },
    handle: async (context) => {
      const id = pathParameter(context, "id");
      const delivery = await store.findDelivery(context.get("tenant").id, id);
      if (!delivery) throw noDelivery("read", id);
      const known = await acknowledgementsOf(store, [delivery]);
      return jsonAnswer(200, deliveryStoryResource(delivery, known.get(rootOccurrence(delivery))));
    },
  };
}

type Acknowledgements = Pick<RouteDeps["store"], "findAcknowledgements">;

/** Shows deliveries with what is known of their occurrences, which is read for all at once. */
async function recordView(store: Acknowledgements, deliveries: readonly Delivery[]) {
  const known = await acknowledgementsOf(store, deliveries);
  return (delivery: Delivery) => deliveryRecordResource(delivery, known.get(rootOccurrence(delivery)));
}

function acknowledgementsOf(store: Acknowledgements, deliveries: readonly Delivery[]) {
  const [first] = deliveries;
  if (!first) return new Map<string, never>();
  return store.findAcknowledgements(first.tenantId, [...new Set(deliveries.map(rootOccurrence))]);
}
