import { z } from "@hono/zod-openapi";
import { CATCH_UPS, IN_DOUBTS } from "../../domain/reminder.ts";
import { SPREAD_RANGE, USEFUL_FOR_RANGE } from "../../engine/policy.ts";
import { contentSchema, MAX_TEXT, textUpTo } from "./content.ts";
import { DURATION_PATTERN, field } from "./field.ts";
import { METADATA_ALLOWED, METADATA_PURPOSE, metadataSchema } from "./metadata.ts";
import { CATCH_UP, IN_DOUBT, retryPolicySchema, retrySchema, USEFUL_FOR } from "./reminder-request.ts";
import { REPEAT, repeatRequestSchema, repeatSchema, SPREAD, URGENT } from "./repeat.ts";
import { anySchedule, scheduleSchema } from "./schedule.ts";
import { targetRequestSchema, targetSchema } from "./target.ts";

const FOR_THE_DEFAULT = "null for the default";
const usefulFor = z.string().min(1).max(64).openapi({ pattern: DURATION_PATTERN, example: "PT2H" });

/** What `PATCH /v1/reminders/{id}` takes. */
export const reminderPatchSchema = z.strictObject({
  schedule: anySchedule.optional(),
  to: targetRequestSchema.optional(),
  message: textUpTo(MAX_TEXT, "what to say, short for a `content` of this `text` alone").optional(),
  content: contentSchema.optional(),
  catchUp: field(
    z.enum(CATCH_UPS).nullable(),
    `one of ${CATCH_UPS.join(", ")}; ${FOR_THE_DEFAULT}`,
    CATCH_UP,
  ).optional(),
  usefulFor: field(
    usefulFor.nullable(),
    `an ISO 8601 duration from ${USEFUL_FOR_RANGE.least} to ${USEFUL_FOR_RANGE.most}, such as PT2H; ${FOR_THE_DEFAULT}`,
    USEFUL_FOR,
  ).optional(),
  retry: field(
    retrySchema.nullable(),
    `a JSON object with ${Object.keys(retrySchema.shape).join(", ")}; ${FOR_THE_DEFAULT}`,
  ).optional(),
  inDoubt: field(
    z.enum(IN_DOUBTS).nullable(),
    `one of ${IN_DOUBTS.join(", ")}; ${FOR_THE_DEFAULT}`,
    IN_DOUBT,
  ).optional(),
  spread: field(
    usefulFor.nullable(),
    `an ISO 8601 duration from ${SPREAD_RANGE.least} to ${SPREAD_RANGE.most}, such as PT10M; ${FOR_THE_DEFAULT}`,
    SPREAD,
  ).optional(),
  urgent: field(z.boolean().nullable(), `true or false; ${FOR_THE_DEFAULT}`, URGENT).optional(),
  repeat: field(
    repeatRequestSchema.nullable(),
    `a JSON object with ${Object.keys(repeatRequestSchema.shape).join(", ")}; ${FOR_THE_DEFAULT}`,
    REPEAT,
  ).optional(),
  metadata: field(
    metadataSchema.nullable(),
    `${METADATA_ALLOWED}; ${FOR_THE_DEFAULT}`,
    METADATA_PURPOSE,
  ).optional(),
});
export type ReminderPatchBody = z.output<typeof reminderPatchSchema>;

/** The same as the document shows it. */
export const reminderPatchDocument = reminderPatchSchema
  .extend({
    schedule: scheduleSchema.optional().openapi({
      description: "when it rings; `in`, `every` and counts begin anew; what was sent is never sent again",
    }),
    to: targetSchema.optional().openapi({ description: "where it goes" }),
    content: contentSchema.optional().openapi({ description: "what it says, if that is more than a text" }),
    retry: z
      .union([retryPolicySchema, z.null()])
      .optional()
      .openapi({
        description: `how often and how far apart it is tried when it fails; ${FOR_THE_DEFAULT}`,
      }),
    repeat: z
      .union([repeatSchema, z.null()])
      .optional()
      .openapi({ description: `${REPEAT}; ${FOR_THE_DEFAULT}, which is once` }),
    metadata: z
      .union([metadataSchema, z.null()])
      .optional()
      .openapi({ description: `${METADATA_PURPOSE}; ${FOR_THE_DEFAULT}, which is none` }),
  })
  .openapi("ReminderPatch", {
    description:
      "What is given replaces that field whole; at least one field. Give `message` or `content`, not both.",
    minProperties: 1,
    example: { schedule: { cron: "0 9 * * 1-5" } },
  });
export type ReminderPatchInput = z.input<typeof reminderPatchDocument>;
