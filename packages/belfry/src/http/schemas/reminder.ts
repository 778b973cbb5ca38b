import { z } from "@hono/zod-openapi";
import { CATCH_UPS, IN_DOUBTS, REMINDER_STATES } from "../../domain/reminder.ts";
import { anyJson, duration, field, instant, jsonObject } from "./field.ts";
import { pageOf } from "./page.ts";
import { problemSchema } from "./problem.ts";
import { anySchedule, occurrenceSchema, scheduleSchema } from "./schedule.ts";

export const MAX_BATCH = 1000;
const MAX_TEXT = 4096;
const MAX_TITLE = 256;
const MAX_HTML = 65_536;
const MAX_ADDRESS = 2048;

const text = field(z.string().min(1).max(MAX_TEXT), `a text of 1 to ${MAX_TEXT} characters`);
const channel = field(z.string().min(1).max(64), "the name of a channel: inbox, webhook");
const address = field(
  z.string().min(1).max(MAX_ADDRESS),
  `an address of the channel, of 1 to ${MAX_ADDRESS} characters; the inbox needs none`,
);
const endpoint = field(z.string().min(1).max(64), "the name of an endpoint");

export const contentSchema = z
  .strictObject({
    title: field(z.string().min(1).max(MAX_TITLE), `a text of 1 to ${MAX_TITLE} characters`).optional(),
    text: text.optional(),
    html: field(z.string().min(1).max(MAX_HTML), `a text of 1 to ${MAX_HTML} characters`).optional(),
    data: anyJson.optional().openapi({ description: "any JSON value, handed to programs as it is" }),
  })
  .openapi("Content");

/** Where a reminder goes, as the document shows it. */
export const targetSchema = z
  .union([z.strictObject({ channel, address: address.optional() }), z.strictObject({ endpoint })])
  .openapi("Target");

/** The same, flat: which fields go together is checked apart, so that errors name the field. */
const targetRequestSchema = z.strictObject({
  channel: channel.optional(),
  address: address.optional(),
  endpoint: endpoint.optional(),
});

export const retrySchema = z.strictObject({
  maxAttempts: field(z.int().min(1).max(100), "a whole number from 1 to 100; default 5").optional(),
  initial: duration("PT5S").optional(),
  max: duration("PT2H").optional(),
});

/** What one reminder of `POST /v1/reminders` and its batch takes. */
export const reminderRequestSchema = z.strictObject({
  schedule: anySchedule,
  to: targetRequestSchema,
  message: text.optional(),
  content: contentSchema.optional(),
  catchUp: field(z.enum(CATCH_UPS), `one of ${CATCH_UPS.join(", ")}; recurring rules only`).optional(),
  usefulFor: duration("PT24H").optional(),
  retry: retrySchema.optional(),
  inDoubt: field(z.enum(IN_DOUBTS), `one of ${IN_DOUBTS.join(", ")}`).optional(),
  metadata: field(jsonObject, "a JSON object").optional(),
});
export type ReminderRequestBody = z.output<typeof reminderRequestSchema>;

/** The same as the document shows it. */
export const reminderRequestDocument = reminderRequestSchema
  .extend({
    schedule: scheduleSchema,
    to: targetSchema,
    retry: retrySchema.openapi("RetryRequest").optional(),
  })
  .openapi("ReminderRequest", { description: "Give `message` or `content`, one of the two." });
export type ReminderInput = z.input<typeof reminderRequestDocument>;

export const reminderSchema = z
  .object({
    id: z.string().openapi({ example: "rem_01k9yz3t5v8m6n4q2r7s1w0xab" }),
    state: z.enum(REMINDER_STATES),
    schedule: scheduleSchema,
    timeZone: z.string().openapi({ description: "the zone in which a floating rule is read" }),
    to: targetSchema,
    content: contentSchema,
    catchUp: z.enum(CATCH_UPS),
    usefulFor: z.string().openapi({ format: "duration", example: "P1D" }),
    retry: z.object({
      maxAttempts: z.int(),
      initial: z.string().openapi({ format: "duration", example: "PT5S" }),
      max: z.string().openapi({ format: "duration", example: "PT2H" }),
    }),
    inDoubt: z.enum(IN_DOUBTS),
    metadata: jsonObject,
    next: z
      .union([occurrenceSchema, z.null()])
      .openapi({ description: "the soonest occurrence that is not settled; null when there is none" }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Reminder");
export type ReminderResource = z.infer<typeof reminderSchema>;

export const reminderPageSchema = pageOf("ReminderPage", reminderSchema);

export const cancelledReminderSchema = z
  .object({
    ...reminderSchema.shape,
    cancelled: z.int().openapi({ description: "deliveries that were waiting and will not be sent" }),
    inFlight: z.int().openapi({ description: "deliveries that a worker holds: they may still arrive" }),
  })
  .openapi("CancelledReminder");
export type CancelledReminderResource = z.infer<typeof cancelledReminderSchema>;

/** The shape of a batch; each item is validated apart, so that one never spoils the others. */
export const batchRequestSchema = z.strictObject({
  reminders: field(z.array(z.unknown()).min(1).max(MAX_BATCH), `an array of 1 to ${MAX_BATCH} reminders`),
});

export const batchRequestDocument = batchRequestSchema
  .extend({ reminders: z.array(reminderRequestDocument).min(1).max(MAX_BATCH) })
  .openapi("BatchRequest");

export const batchResultSchema = z
  .object({
    results: z.array(
      z.union([
        z.object({ status: z.literal(201), reminder: reminderSchema }),
        z.object({ status: z.literal(400), problem: problemSchema }),
      ]),
    ),
  })
  .openapi("BatchResult");
export type BatchResource = z.infer<typeof batchResultSchema>;
