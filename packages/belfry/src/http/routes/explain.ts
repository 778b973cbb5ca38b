import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { jsonAnswer } from "../request.ts";
import {
  deliveryExplanationSchema,
  explainQuerySchema,
  reminderExplanationSchema,
} from "../schemas/explanation.ts";
import { deliveryExplanationResource, reminderExplanationResource } from "../views/explanation-view.ts";
import { deliveryParams, deliveryPath } from "./deliveries.ts";
import { noDelivery } from "./delivery-refusals.ts";
import { noReminder } from "./reminder-refusals.ts";
import { reminderParams, reminderPath } from "./reminders.ts";
import type { RouteDeps } from "./route-deps.ts";

type Deps = Pick<RouteDeps, "engine">;

/** Telling why a reminder rings or does not. */
export function explainReminderRoute({ engine }: Deps): Operation {
  return {
    method: "get",
    path: `${reminderPath}/explain`,
    operationId: "explainReminder",
    summary: "Tell why a reminder rings when it does, or does not, also of one occurrence of it",
    tag: "reminders",
    scope: "read",
    params: reminderParams,
    query: explainQuerySchema,
    answers: { 200: { description: "why", schema: reminderExplanationSchema } },
    handle: async (context) => {
      const { occurrence } = readQuery(context, explainQuerySchema);
      const id = pathParameter(context, "id");
      const asked = { tenantId: context.get("tenant").id, id, occurrence };
      const explained = await engine.explainReminder(asked);
      if (!explained) throw noReminder("explain", id);
      return jsonAnswer(200, reminderExplanationResource(explained));
    },
  };
}

/** Telling why a delivery was sent or was not. */
export function explainDeliveryRoute({ engine }: Deps): Operation {
  return {
    method: "get",
    path: `${deliveryPath}/explain`,
    operationId: "explainDelivery",
    summary: "Tell why a delivery was sent when it was, or was not, and what becomes of it",
    tag: "deliveries",
    scope: "read",
    params: deliveryParams,
    answers: { 200: { description: "why", schema: deliveryExplanationSchema } },
    handle: async (context) => {
      const id = pathParameter(context, "id");
      const explained = await engine.explainDelivery(context.get("tenant").id, id);
      if (!explained) throw noDelivery("explain", id);
      return jsonAnswer(200, deliveryExplanationResource(explained));
    },
  };
}
