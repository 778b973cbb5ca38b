import type { Delivery } from "../../domain/delivery.ts";
import type { RingByHand } from "../../engine/reminder-changes.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { parseInput } from "../input.ts";
import { type Operation, pathParameter } from "../operation.ts";
import { answerOnce, repeatable, withLocation } from "../repeatable.ts";
import { type AppContext, jsonAnswer } from "../request.ts";
import { type DeliveryResource, deliverySchema } from "../schemas/delivery.ts";
import { emptyRequestSchema } from "../schemas/empty-request.ts";
import { snoozeRequestSchema } from "../schemas/snooze.ts";
import { deliveryResource } from "../views/delivery-view.ts";
import { deliveriesPath, deliveryParams, deliveryPath } from "./deliveries.ts";
import { noDelivery } from "./delivery-refusals.ts";
import { noReminder, reminderOver } from "./reminder-refusals.ts";
import { reminderParams, reminderPath } from "./reminders.ts";
import type { RouteDeps } from "./route-deps.ts";
import { readSnooze } from "./snooze-request.ts";

type Deps = Pick<RouteDeps, "engine" | "clock" | "ids" | "doOnce">;

/** Ringing a reminder by hand, outside its rule. */
export function reminderRingRoutes(deps: Deps): Operation[] {
  return [triggerReminder(deps), snoozeReminder(deps)];
}

function triggerReminder(deps: Deps): Operation {
  return ringByPost(deps, {
    described: {
      path: `${reminderPath}/trigger`,
      operationId: "triggerReminder",
      summary: "Ring a reminder once now, outside its rule, also if it is paused or finished",
      tag: "reminders",
      params: reminderParams,
      body: emptyRequestSchema,
      isBodyOptional: true,
    },
    verb: "trigger",
    origin: (id) => ({ reminderId: id }),
    kind: "trigger",
    readAt: (json = {}) => {
      parseInput(emptyRequestSchema, json, "the body");
      return null;
    },
    missing: noReminder,
  });
}

function snoozeReminder(deps: Deps): Operation {
  return ringByPost(deps, {
    described: {
      path: `${reminderPath}/snooze`,
      operationId: "snoozeReminder",
      summary: "Ring a reminder once more, later; its rule is not shifted",
      tag: "reminders",
      params: reminderParams,
      body: snoozeRequestSchema,
    },
    verb: "snooze",
    origin: (id) => ({ reminderId: id }),
    kind: "snooze",
    readAt: readSnooze,
    missing: noReminder,
  });
}

/** The same from a delivery, for whoever was told of that alone. */
export function deliverySnoozeRoute(deps: Deps): Operation {
  return ringByPost(deps, {
    described: {
      path: `${deliveryPath}/snooze`,
      operationId: "snoozeDelivery",
      summary: "Ring the reminder of a delivery once more, later; its rule is not shifted",
      tag: "deliveries",
      params: deliveryParams,
      body: snoozeRequestSchema,
    },
    verb: "snooze",
    origin: (id) => ({ deliveryId: id }),
    kind: "snooze",
    readAt: readSnooze,
    missing: noDelivery,
  });
}

type Described = Required<Pick<Operation, "path" | "operationId" | "summary" | "tag" | "params" | "body">>;

/** What sets one way to ring apart from the others. */
interface Ring {
  described: Described & { isBodyOptional?: boolean };
  /** Completes "Cannot … the reminder". */
  verb: string;
  origin: (id: string) => { reminderId: string } | { deliveryId: string };
  kind: RingByHand["kind"];
  /** When it is to ring, in ms since the epoch; null: now. */
  readAt: (json: unknown, nowMs: number) => number | null;
  missing: (verb: string, id: string) => Error;
}

/** A POST that makes one delivery, once for each Idempotency-Key. */
function ringByPost(deps: Deps, ring: Ring): Operation {
  const { path } = ring.described;
  return {
    method: "post",
    ...ring.described,
    scope: "write",
    repeat: "recorded",
    answers: {
      201: { description: "the delivery, waiting to be sent", schema: deliverySchema, headers: ["location"] },
    },
    problems: ["reminder_over"],
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      const answer = await deps.doOnce(repeatable(context, path, bytes), (receiptOf) => {
        const atMs = ring.readAt(json, Math.floor(deps.clock.now()));
        return answerOnce<readonly Delivery[]>({
          receiptOf,
          write: (keep) => ringOnce(deps, ring, { context, atMs, receiptOf: keep }),
          show: ([first]) => jsonAnswer(201, deliveryResource(first as Delivery)),
        });
      });
      return withLocation(answer, (made: DeliveryResource) => `${deliveriesPath}/${made.id}`);
    },
  };
}

interface RingOnce {
  context: AppContext;
  atMs: number | null;
  receiptOf: RingByHand["receiptOf"] | undefined;
}

async function ringOnce(
  { engine, ids }: Deps,
  { origin, kind, missing, verb }: Ring,
  { context, atMs, receiptOf }: RingOnce,
): Promise<readonly Delivery[]> {
  const id = pathParameter(context, "id");
  // A fresh key each time: what keeps a repeat from ringing again is the record of its answer.
  const request = { ...origin(id), kind, key: ids.next("req"), atMs };
  const result = await engine.ring(context.get("tenant"), receiptOf ? { ...request, receiptOf } : request);
  if (result.kind === "missing") throw missing(verb, id);
  if (result.kind === "over") throw reminderOver(verb, result.state);
  return result.deliveries;
}
