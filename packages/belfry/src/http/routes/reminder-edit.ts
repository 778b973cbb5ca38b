import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { entityTag, readIfMatch } from "../entity-tag.ts";
import { type Operation, pathParameter } from "../operation.ts";
import { OVER_SCHEDULE, UNREADABLE_SCHEDULE } from "../problem-codes.ts";
import { jsonAnswer } from "../request.ts";
import { changedReminderSchema } from "../schemas/reminder.ts";
import { reminderPatchDocument } from "../schemas/reminder-patch.ts";
import { changedReminderResource } from "../views/reminder-view.ts";
import { readReminderPatch } from "./reminder-patch.ts";
import { requireChanged } from "./reminder-refusals.ts";
import { reminderParams, reminderPath } from "./reminders.ts";
import type { RouteDeps } from "./route-deps.ts";

/** Replacing parts of a reminder. */
export function reminderEditRoute({ engine }: Pick<RouteDeps, "engine">): Operation {
  return {
    method: "patch",
    path: reminderPath,
    operationId: "updateReminder",
    summary: "Replace parts of a reminder, and plan anew what is not yet sent",
    tag: "reminders",
    scope: "write",
    params: reminderParams,
    body: reminderPatchDocument,
    isConditional: true,
    answers: { 200: { description: "changed", schema: changedReminderSchema, headers: ["etag"] } },
    problems: [
      ...UNREADABLE_SCHEDULE,
      ...OVER_SCHEDULE,
      "reminder_over",
      "reminder_changed",
      "kept_by_campaign",
    ],
    handle: async (context) => {
      const { json } = await readBody(context, MAX_BODY_BYTES);
      const id = pathParameter(context, "id");
      const condition = readIfMatch(context.req.header("if-match"));
      const changed = await engine.edit(context.get("tenant"), id, readReminderPatch(json), condition);
      const reminder = changedReminderResource(requireChanged("change", id, changed));
      return jsonAnswer(200, reminder, entityTag(reminder));
    },
  };
}
