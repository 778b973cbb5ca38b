import { z } from "@hono/zod-openapi";
import { DELIVERY_STATES, type Delivery, type DeliveryState, statesBefore } from "../../domain/delivery.ts";
import { ConflictError, NotFoundError } from "../../domain/errors.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { parseInput } from "../input.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { answerOnce, repeatable } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import {
  deliveryPageSchema,
  deliverySchema,
  deliveryStorySchema,
  retryRequestSchema,
} from "../schemas/delivery.ts";
import { field, textOf } from "../schemas/field.ts";
import { deliveryResource, deliveryStoryResource } from "../views/delivery-view.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "deliveries";
const path = "/v1/deliveries";
const retryPath = `${path}/{id}/retry`;
const params = z.object({ id: textOf("the id of a delivery", "dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y") });
const listQuery = z.strictObject({
  reminder: field(
    z.string().regex(/^[\x21-\x7e]{1,128}$/),
    "the id of a reminder; one that is not known has no deliveries, so the list is empty",
    "whose deliveries alone are listed",
  ).optional(),
  state: field(
    z.enum(DELIVERY_STATES),
    `one of ${DELIVERY_STATES.join(", ")}`,
    "which alone are listed",
  ).optional(),
  ...pageQuery,
});

/** Reading deliveries and bringing dead ones back. */
export function deliveryRoutes(deps: RouteDeps): Operation[] {
  return [listDeliveries(deps), getDelivery(deps), retryDelivery(deps)];
}

function listDeliveries({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path,
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

function getDelivery({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path: `${path}/{id}`,
    operationId: "getDelivery",
    summary: "Read a delivery with its attempts and its story",
    tag,
    scope: "read",
    params,
    answers: { 200: { description: "the delivery", schema: deliveryStorySchema } },
    handle: async (context) => {
      const id = pathParameter(context, "id");
      const delivery = await store.findDelivery(context.get("tenant").id, id);
      if (!delivery) throw noDelivery("read", id);
      return jsonAnswer(200, deliveryStoryResource(delivery));
    },
  };
}

function retryDelivery({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path: retryPath,
    operationId: "retryDelivery",
    summary: "Send a dead or expired delivery again, now; it keeps its id",
    tag,
    scope: "write",
    params,
    body: retryRequestSchema,
    isBodyOptional: true,
    repeat: "recorded",
    problems: ["delivery_not_retriable"],
    answers: { 200: { description: "the delivery, waiting to be sent", schema: deliverySchema } },
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      parseInput(retryRequestSchema.optional(), json, "the body");
      const id = pathParameter(context, "id");
      return doOnce(repeatable(context, retryPath, bytes), (receiptOf) =>
        answerOnce<Delivery>({
          receiptOf,
          write: async (keep) => {
            const result = await engine.redrive(context.get("tenant").id, id, keep);
            if (!result) throw noDelivery("retry", id);
            if (result.kind === "refused") throw notRetriable(result.state);
            return result.delivery;
          },
          show: (delivery) => jsonAnswer(200, deliveryResource(delivery)),
        }),
      );
    },
  };
}

function noDelivery(verb: string, id: string): NotFoundError {
  return new NotFoundError(`Cannot ${verb} the delivery: there is none with the id "${id}"`);
}

function notRetriable(state: DeliveryState): ConflictError {
  const allowed = statesBefore("redrive").join(" or ");
  return new ConflictError(
    "delivery_not_retriable",
    `Cannot retry the delivery: it is ${state}; it must be ${allowed}`,
  );
}
