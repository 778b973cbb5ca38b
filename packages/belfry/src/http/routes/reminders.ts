import { z } from "@hono/zod-openapi";
import { REMINDER_STATES } from "../../domain/reminder.ts";
import type { Accepted } from "../../engine/engine.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { pageWithCampaignWords, viewWithCampaignWords } from "../campaign-words.ts";
import { entityTag, preconditionFailed, readIfMatch } from "../entity-tag.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { OVER_SCHEDULE, UNREADABLE_SCHEDULE } from "../problem-codes.ts";
import { answerOnce, repeatable, withHeaders } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import { field, textOf } from "../schemas/field.ts";
import {
  cancelledReminderSchema,
  type ReminderResource,
  reminderPageSchema,
  reminderSchema,
} from "../schemas/reminder.ts";
import { reminderRequestDocument } from "../schemas/reminder-request.ts";
import { reminderResource } from "../views/reminder-view.ts";
import { noReminder } from "./reminder-refusals.ts";
import { readReminderRequest } from "./reminder-request.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "reminders";
const path = "/v1/reminders";
/** Where one reminder is. */
export const reminderPath = `${path}/{id}`;
export const reminderParams = z.object({
  id: textOf("the id of a reminder", "rem_01k9yz3t5v8m6n4q2r7s1w0xab"),
});
const listQuery = z.strictObject({
  state: field(
    z.enum(REMINDER_STATES),
    `one of ${REMINDER_STATES.join(", ")}`,
    "which alone are listed",
  ).optional(),
  ...pageQuery,
});

/** Creating, listing, reading and cancelling reminders. */
export function reminderRoutes(deps: RouteDeps): Operation[] {
  return [createReminder(deps), listReminders(deps), getReminder(deps), cancelReminder(deps)];
}

function createReminder({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "createReminder",
    summary: "Accept a reminder; once answered it is on disk",
    tag,
    scope: "write",
    body: reminderRequestDocument,
    repeat: "recorded",
    answers: { 201: { description: "accepted", schema: reminderSchema, headers: ["location", "etag"] } },
    problems: [...UNREADABLE_SCHEDULE, ...OVER_SCHEDULE],
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      const answer = await doOnce(repeatable(context, path, bytes), (receiptOf) =>
        answerOnce<readonly Accepted[]>({
          receiptOf,
          write: (keep) => engine.accept(context.get("tenant"), [readReminderRequest(json)], keep),
          show: ([accepted]) => {
            if (!accepted) throw new Error("Cannot answer: the engine gave no result for a reminder");
            if (!accepted.ok) throw accepted.error;
            return jsonAnswer(201, reminderResource(accepted.view));
          },
        }),
      );
      return withHeaders<ReminderResource>(answer, (made) => ({
        location: `${path}/${made.id}`,
        ...entityTag(made),
      }));
    },
  };
}

function listReminders({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path,
    operationId: "listReminders",
    summary: "List reminders, newest first",
    tag,
    scope: "read",
    query: listQuery,
    answers: { 200: { description: "one page", schema: reminderPageSchema } },
    handle: async (context) => {
      const query = readQuery(context, listQuery);
      const request = { ...pageRequest(context.get("tenant").id, query), state: query.state };
      const page = await pageWithCampaignWords(store, await store.listReminders(request));
      return pageAnswer(context, page, reminderResource);
    },
  };
}

function getReminder({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path: reminderPath,
    operationId: "getReminder",
    summary: "Read a reminder; finished ones are found until retention ends",
    tag,
    scope: "read",
    params: reminderParams,
    answers: { 200: { description: "the reminder", schema: reminderSchema, headers: ["etag"] } },
    handle: async (context) => {
      const id = pathParameter(context, "id");
      const view = await store.findReminder(context.get("tenant").id, id);
      if (!view) throw noReminder("read", id);
      const reminder = reminderResource(await viewWithCampaignWords(store, view));
      return jsonAnswer(200, reminder, entityTag(reminder));
    },
  };
}

function cancelReminder({ engine }: RouteDeps): Operation {
  return {
    method: "delete",
    path: reminderPath,
    operationId: "cancelReminder",
    summary: "Cancel a reminder and what waits of it; twice is as good as once",
    tag,
    scope: "write",
    params: reminderParams,
    isConditional: true,
    answers: { 200: { description: "cancelled", schema: cancelledReminderSchema, headers: ["etag"] } },
    problems: ["kept_by_campaign"],
    handle: async (context) => {
      const id = pathParameter(context, "id");
      const condition = readIfMatch(context.req.header("if-match"));
      const result = await engine.cancel(context.get("tenant").id, id, condition);
      if (!result) throw noReminder("cancel", id);
      if (result.kind === "stale") throw preconditionFailed("cancel the reminder", result.revision);
      const { view, cancelled, inFlight } = result;
      const reminder = { ...reminderResource(view), cancelled, inFlight: inFlight.length };
      return jsonAnswer(200, reminder, entityTag(reminder));
    },
  };
}
