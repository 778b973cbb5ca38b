import { z } from "@hono/zod-openapi";
import { CATCH_UPS, IN_DOUBTS } from "../../domain/reminder.ts";
import { JITTERS } from "../../domain/retry.ts";
import { RETRY_WAIT_RANGE, USEFUL_FOR_RANGE } from "../../engine/policy.ts";
import { contentSchema, MAX_TEXT, textUpTo } from "./content.ts";
import { duration, field } from "./field.ts";
import { metadataSchema } from "./metadata.ts";
import { repeatRequestSchema, repeatSchema, spreadSchema, urgentSchema } from "./repeat.ts";
import { anySchedule, scheduleSchema } from "./schedule.ts";
import { targetRequestSchema, targetSchema } from "./target.ts";

/** Said of the field in requests and answers alike. */
export const CATCH_UP =
  "which occurrences that were missed while nothing ran are sent; has no effect on one-off reminders";
export const USEFUL_FOR = "how long after its due instant a delivery is still worth sending";
export const IN_DOUBT = "what becomes of a delivery whose worker died and may have sent it";
export const JITTER =
  "full: each wait is anywhere up to the longest, so that not all come back together; none: it is the longest";

export const retrySchema = z.strictObject({
  maxAttempts: field(
    z.int().min(1).max(100),
    "a whole number from 1 to 100",
    "attempts in all; default 5",
  ).optional(),
  initial: duration(
    RETRY_WAIT_RANGE,
    "the longest wait after the first failure, which doubles with each further one; default PT5S, or `max` if that is shorter",
    "PT5S",
  ).optional(),
  max: duration(
    RETRY_WAIT_RANGE,
    "the longest wait at all, no shorter than `initial`; default PT2H, or `initial` if that is longer",
    "PT2H",
  ).optional(),
  jitter: field(
    z.enum(JITTERS),
    `one of ${JITTERS.join(", ")}`,
    `${JITTER}; default ${JITTERS[0]}`,
  ).optional(),
});

/** The same as a component of the document. */
export const retryPolicySchema = retrySchema.openapi("RetryPolicy", {
  description: "How often and how far apart a delivery that failed is tried.",
});

/** What one reminder of `POST /v1/reminders` and its batch takes. */
export const reminderRequestSchema = z.strictObject({
  schedule: anySchedule,
  to: targetRequestSchema,
  message: textUpTo(MAX_TEXT, "what to say, short for a `content` of this `text` alone").optional(),
  content: contentSchema.optional(),
  catchUp: field(
    z.enum(CATCH_UPS),
    `one of ${CATCH_UPS.join(", ")}`,
    `${CATCH_UP}; default ${CATCH_UPS[0]}`,
  ).optional(),
  usefulFor: duration(
    USEFUL_FOR_RANGE,
    `${USEFUL_FOR}; default P7D for one-off reminders and rules that ring a week or more apart, else P1D`,
    "PT2H",
  ).optional(),
  retry: retrySchema.optional(),
  inDoubt: field(
    z.enum(IN_DOUBTS),
    `one of ${IN_DOUBTS.join(", ")}`,
    `${IN_DOUBT}: it is sent again, or held as a dead letter; default ${IN_DOUBTS[0]}`,
  ).optional(),
  spread: spreadSchema.optional(),
  urgent: urgentSchema.optional(),
  repeat: repeatRequestSchema.optional(),
  metadata: metadataSchema.optional(),
});
export type ReminderRequestBody = z.output<typeof reminderRequestSchema>;

/** The same as the document shows it. */
export const reminderRequestDocument = reminderRequestSchema
  .extend({
    schedule: scheduleSchema.openapi({ description: "when it rings" }),
    to: targetSchema.openapi({ description: "where it goes" }),
    content: contentSchema.optional().openapi({ description: "what it says, if that is more than a text" }),
    repeat: repeatSchema.optional().openapi({ description: "rings again until somebody acknowledges it" }),
    retry: retryPolicySchema
      .optional()
      .openapi({ description: "how often and how far apart it is tried when it fails" }),
  })
  .openapi("ReminderRequest", {
    description: "Give `message` or `content`, one of the two.",
    example: { schedule: { in: "PT10M" }, to: { channel: "inbox" }, message: "Stretch" },
  });
export type ReminderInput = z.input<typeof reminderRequestDocument>;
