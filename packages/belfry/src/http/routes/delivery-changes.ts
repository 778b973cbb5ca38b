import type { ChangedReminder } from "../../engine/reminder-changes.ts";
import type { Acknowledged } from "../../store/store.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { parseInput } from "../input.ts";
import { type Operation, pathParameter } from "../operation.ts";
import { answerOnce, repeatable } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import { acknowledgedSchema } from "../schemas/acknowledgement.ts";
import { emptyRequestSchema } from "../schemas/empty-request.ts";
import { skippedReminderSchema } from "../schemas/reminder.ts";
import { acknowledgedResource } from "../views/acknowledgement-view.ts";
import { changedReminderResource } from "../views/reminder-view.ts";
import { deliveryParams, deliveryPath } from "./deliveries.ts";
import { noDelivery } from "./delivery-refusals.ts";
import { requireChanged } from "./reminder-refusals.ts";
import type { RouteDeps } from "./route-deps.ts";

type Deps = Pick<RouteDeps, "engine" | "doOnce">;

/** What whoever was told of a delivery alone can do about its reminder, besides snoozing it. */
export function deliveryChangeRoutes(deps: Deps): Operation[] {
  return [acknowledgeDelivery(deps), skipFromDelivery(deps)];
}

const acknowledgePath = `${deliveryPath}/acknowledge`;

function acknowledgeDelivery({ engine, doOnce }: Deps): Operation {
  return {
    method: "post",
    path: acknowledgePath,
    operationId: "acknowledgeDelivery",
    summary:
      "Say that a delivery was seen: on every channel what waits of it is cancelled, and it is repeated no more",
    tag: "deliveries",
    scope: "write",
    params: deliveryParams,
    body: emptyRequestSchema,
    isBodyOptional: true,
    repeat: "recorded",
    answers: {
      200: { description: "what came of it; twice is as good as once", schema: acknowledgedSchema },
    },
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      parseInput(emptyRequestSchema.optional(), json, "the body");
      const id = pathParameter(context, "id");
      return doOnce(repeatable(context, acknowledgePath, bytes), (receiptOf) =>
        answerOnce<Acknowledged>({
          receiptOf,
          write: async (keep) => {
            const options = keep ? { receiptOf: keep } : {};
            const acknowledged = await engine.acknowledge(context.get("tenant").id, id, options);
            if (!acknowledged) throw noDelivery("acknowledge", id);
            return acknowledged;
          },
          show: (acknowledged) => jsonAnswer(200, acknowledgedResource(acknowledged)),
        }),
      );
    },
  };
}

const skipPath = `${deliveryPath}/skip`;

function skipFromDelivery({ engine, doOnce }: Deps): Operation {
  return {
    method: "post",
    path: skipPath,
    operationId: "skipFromDelivery",
    summary: "Leave out the occurrence of a delivery that still waits, else the next one of its reminder",
    tag: "deliveries",
    scope: "write",
    params: deliveryParams,
    body: emptyRequestSchema,
    isBodyOptional: true,
    repeat: "recorded",
    answers: { 200: { description: "left out", schema: skippedReminderSchema } },
    problems: ["reminder_over", "reminder_changed", "nothing_to_skip", "delivery_in_flight"],
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      parseInput(emptyRequestSchema.optional(), json, "the body");
      const id = pathParameter(context, "id");
      return doOnce(repeatable(context, skipPath, bytes), (receiptOf) =>
        answerOnce<ChangedReminder>({
          receiptOf,
          write: async (keep) => {
            const skipped = await engine.skipFrom(context.get("tenant"), id, keep ? { receiptOf: keep } : {});
            if (skipped.kind === "missing") throw noDelivery("skip from", id);
            return requireChanged("skip an occurrence of", id, skipped);
          },
          show: (changed) => jsonAnswer(200, changedReminderResource(changed)),
        }),
      );
    },
  };
}
