import { z } from "@hono/zod-openapi";
import { DELIVERY_STATES } from "../../domain/delivery.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { jsonAnswer } from "../request.ts";
import { deliveryPageSchema, deliveryStorySchema } from "../schemas/delivery.ts";
import { field, textOf } from "../schemas/field.ts";
import { reminderFilter } from "../schemas/reminder-filter.ts";
import { deliveryResource, deliveryStoryResource } from "../views/delivery-view.ts";
import { noDelivery } from "./delivery-refusals.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "deliveries";
/** Where all deliveries are, and one of them. */
export const deliveriesPath = "/v1/deliveries";
export const deliveryPath = `${deliveriesPath}/{id}`;
export const deliveryParams = z.object({
  id: textOf("the id of a delivery", "dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y"),
});
const listQuery = z.strictObject({
  reminder: reminderFilter("whose deliveries alone are listed"),
  state: field(
    z.enum(DELIVERY_STATES),
    `one of ${DELIVERY_STATES.join(", ")}`,
    "which alone are listed",
  ).optional(),
  ...pageQuery,
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
    summary: "List deliveries, latest due first",
    tag,
    scope: "read",
    query: listQuery,
    answers: { 200: { description: "one page", schema: deliveryPageSchema } },
    handle: async (context) => {
      const query = readQuery(context, listQuery);
      const filter = { reminderId: query.reminder, state: query.state };
      const page = await store.listDeliveries({ ...pageRequest(context.get("tenant").id, query), ...filter });
      return pageAnswer(context, page, deliveryResource);
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
      return jsonAnswer(200, deliveryStoryResource(delivery));
    },
  };
}
