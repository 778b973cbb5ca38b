import type { Delivery } from "../../domain/delivery.ts";
import type { InputIssue } from "../../domain/errors.ts";
import type { RedrivenAll } from "../../engine/redrive.ts";
import type { RetryFilter } from "../../store/store.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { invalidInput, parseInput } from "../input.ts";
import { readInstant } from "../instant-input.ts";
import { type Operation, pathParameter } from "../operation.ts";
import { answerOnce, repeatable } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import {
  type BulkRetryBody,
  bulkRetryRequestSchema,
  bulkRetrySchema,
  MAX_BULK_RETRY,
} from "../schemas/bulk-retry.ts";
import { deliverySchema } from "../schemas/delivery.ts";
import { emptyRequestSchema } from "../schemas/empty-request.ts";
import { requireStorable } from "../storable-json.ts";
import { deliveryResource } from "../views/delivery-view.ts";
import { deliveriesPath, deliveryParams, deliveryPath } from "./deliveries.ts";
import { noDelivery, notRetriable } from "./delivery-refusals.ts";
import type { RouteDeps } from "./route-deps.ts";

type Deps = Pick<RouteDeps, "engine" | "doOnce">;

/** Bringing dead and expired deliveries back. */
export function deliveryRetryRoutes(deps: Deps): Operation[] {
  return [retryDelivery(deps), retryDeliveries(deps)];
}

const retryPath = `${deliveryPath}/retry`;

function retryDelivery({ engine, doOnce }: Deps): Operation {
  return {
    method: "post",
    path: retryPath,
    operationId: "retryDelivery",
    summary: "Send a dead or expired delivery again, now; it keeps its id",
    tag: "deliveries",
    scope: "write",
    params: deliveryParams,
    body: emptyRequestSchema,
    isBodyOptional: true,
    repeat: "recorded",
    problems: ["delivery_not_retriable"],
    answers: { 200: { description: "the delivery, waiting to be sent", schema: deliverySchema } },
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      parseInput(emptyRequestSchema.optional(), json, "the body");
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

const bulkPath = `${deliveriesPath}/retry`;

function retryDeliveries({ engine, doOnce }: Deps): Operation {
  return {
    method: "post",
    path: bulkPath,
    operationId: "retryDeliveries",
    summary: "Send again what is dead or expired and fits a filter, or count it",
    tag: "deliveries",
    scope: "write",
    body: bulkRetryRequestSchema,
    isBodyOptional: true,
    repeat: "recorded",
    answers: { 200: { description: "how many", schema: bulkRetrySchema } },
    handle: async (context) => {
      const { bytes, json = {} } = await readBody(context, MAX_BODY_BYTES);
      const tenantId = context.get("tenant").id;
      return doOnce(repeatable(context, bulkPath, bytes), (receiptOf) => {
        const body = parseInput(bulkRetryRequestSchema, json, "the retry");
        requireStorable(json, "the retry");
        const { dryRun = false, limit = MAX_BULK_RETRY } = body;
        const request = { filter: readFilter(body.filter), dryRun, limit };
        return answerOnce<RedrivenAll>({
          receiptOf,
          write: (keep) => engine.redriveAll(tenantId, keep ? { ...request, receiptOf: keep } : request),
          show: (result) => jsonAnswer(200, { ...result, dryRun }),
        });
      });
    },
  };
}

function readFilter({
  state = "dead",
  channel,
  reminder,
  ...given
}: BulkRetryBody["filter"] = {}): RetryFilter {
  const issues: InputIssue[] = [];
  const sinceMs = readInstant(["filter", "since"], given.since, issues);
  const untilMs = readInstant(["filter", "until"], given.until, issues);
  if (sinceMs !== undefined && untilMs !== undefined && untilMs <= sinceMs) {
    const allowed = "an instant after since";
    issues.push({ path: ["filter", "until"], value: given.until, message: "is not after since", allowed });
  }
  if (issues.length > 0) throw invalidInput("the retry", issues);
  return {
    state,
    ...(channel === undefined ? {} : { channel }),
    ...(reminder === undefined ? {} : { reminderId: reminder }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
    ...(given.error === undefined ? {} : { error: given.error }),
  };
}
