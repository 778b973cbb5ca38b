import { InvalidInputError } from "../../domain/errors.ts";
import type { CalendarEventRequest, CalendarUpserted } from "../../engine/calendar-engine.ts";
import { readBody } from "../body.ts";
import { MAX_BATCH_BYTES } from "../body-limits.ts";
import { parseInput } from "../input.ts";
import type { Operation } from "../operation.ts";
import { inputProblem } from "../problem.ts";
import { answerOnce, repeatable } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import {
  calendarEventBatchDocument,
  calendarEventBatchResultSchema,
  calendarEventBatchSchema,
} from "../schemas/calendar-event.ts";
import { calendarEventResource } from "../views/calendar-event-view.ts";
import { readCalendarEvent } from "./calendar-event-request.ts";
import type { RouteDeps } from "./route-deps.ts";

const path = "/v1/calendar-events/batch";

/** Making and replacing up to 1000 events in one commit, each answered for itself. */
export function calendarEventBatchRoute({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "upsertCalendarEvents",
    summary:
      "Make or replace up to 1000 calendar events by owner and uid; a wrong one never spoils the others",
    tag: "calendar",
    scope: "write",
    body: calendarEventBatchDocument,
    repeat: "recorded",
    answers: { 200: { description: "a result for each, in order", schema: calendarEventBatchResultSchema } },
    problems: ["calendar_event_changed"],
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BATCH_BYTES);
      return doOnce(repeatable(context, path, bytes), (receiptOf) => {
        const items = parseInput(calendarEventBatchSchema, json, "the batch").events.map(readItem);
        return answerOnce<readonly CalendarUpserted[]>({
          receiptOf,
          write: (keep) => engine.upsertCalendarEvents(context.get("tenant"), items.filter(isRequest), keep),
          show: (upserted) =>
            jsonAnswer(200, { results: resultsOf(items, upserted, context.get("requestId")) }),
        });
      });
    },
  };
}

type Item = CalendarEventRequest | InvalidInputError;

function isRequest(item: Item): item is CalendarEventRequest {
  return !(item instanceof InvalidInputError);
}

function readItem(input: unknown): Item {
  try {
    return readCalendarEvent(input);
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
}

/** The engine's answers, put back among the items whose shape was refused before. */
function resultsOf(
  items: readonly Item[],
  upserted: readonly CalendarUpserted[],
  instance: string,
): unknown[] {
  const answers = upserted.values();
  const refused = (error: InvalidInputError) => ({
    status: 400,
    problem: { ...inputProblem(error), instance },
  });
  return items.map((item) => {
    if (!isRequest(item)) return refused(item);
    const answer = answers.next().value;
    if (!answer) throw new Error("Cannot answer: the engine gave fewer results than it was given events");
    if (answer.kind === "refused") return refused(answer.error);
    const status = answer.kind === "created" ? 201 : 200;
    return { status, changed: answer.kind !== "unchanged", event: calendarEventResource(answer.event) };
  });
}
