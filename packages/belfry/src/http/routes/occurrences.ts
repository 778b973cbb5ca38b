import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { jsonAnswer } from "../request.ts";
import { comingOccurrencesSchema, comingQuerySchema, DEFAULT_COMING } from "../schemas/coming-occurrence.ts";
import { comingOccurrenceResource } from "../views/reminder-view.ts";
import { noReminder } from "./reminder-refusals.ts";
import { reminderParams, reminderPath } from "./reminders.ts";
import type { RouteDeps } from "./route-deps.ts";

/** What a reminder will ring next. */
export function occurrencesRoute({ engine }: Pick<RouteDeps, "engine">): Operation {
  return {
    method: "get",
    path: `${reminderPath}/occurrences`,
    operationId: "listOccurrences",
    summary: "Show what a reminder will ring next, soonest first",
    tag: "reminders",
    scope: "read",
    params: reminderParams,
    query: comingQuerySchema,
    answers: {
      200: { description: "what is to come; of a paused one, once resumed", schema: comingOccurrencesSchema },
    },
    handle: async (context) => {
      const { count } = readQuery(context, comingQuerySchema);
      const id = pathParameter(context, "id");
      const most = count === undefined ? DEFAULT_COMING : Number(count);
      const coming = await engine.occurrences(context.get("tenant").id, id, most);
      if (!coming) throw noReminder("look ahead of", id);
      return jsonAnswer(200, { occurrences: coming.map(comingOccurrenceResource) });
    },
  };
}
