import { z } from "@hono/zod-openapi";
import { CATCH_UPS, IN_DOUBTS, REMINDER_STATES } from "../../domain/reminder.ts";
import { JITTERS } from "../../domain/retry.ts";
import { contentSchema } from "./content.ts";
import { DURATION_PATTERN, field, instantOf, textOf } from "./field.ts";
import { metadataSchema } from "./metadata.ts";
import { occurrenceSchema } from "./occurrence.ts";
import { pageOf } from "./page.ts";
import { problemSchema } from "./problem.ts";
import { CATCH_UP, IN_DOUBT, JITTER, reminderRequestDocument, USEFUL_FOR } from "./reminder-request.ts";
import { REPEAT, repeatSchema, SPREAD, URGENT } from "./repeat.ts";
import { scheduleSchema } from "./schedule.ts";
import { targetSchema } from "./target.ts";

export type { ReminderInput } from "./reminder-request.ts";

const MAX_BATCH = 1000;

export const reminderSchema = z
  .object({
    id: textOf("its id", "rem_01k9yz3t5v8m6n4q2r7s1w0xab"),
    state: z.enum(REMINDER_STATES).openapi({
      description:
        "active: it is to ring, or a delivery waits; paused: it rings no more until it is resumed; finished: all is " +
        "settled; cancelled: by a caller",
    }),
    revision: z.int().openapi({
      description:
        "counts what callers changed, from 1: edits, pauses, resumptions, skips, the cancellation; the same number " +
        "is its `ETag`. Ringing does not move it",
      example: 1,
    }),
    schedule: scheduleSchema.openapi({ description: "when it rings, as it was given" }),
    timeZone: z.string().nullable().openapi({
      description:
        "the zone that the rule is read in: its own, else the one it floats in; null for instants, `in` and `every`",
      example: "Europe/Paris",
    }),
    to: targetSchema.openapi({ description: "where it goes" }),
    content: contentSchema.openapi({ description: "what it says" }),
    catchUp: z.enum(CATCH_UPS).openapi({ description: CATCH_UP }),
    usefulFor: textOf(USEFUL_FOR, "P1D").openapi({ pattern: DURATION_PATTERN }),
    retry: z
      .object({
        maxAttempts: z.int().openapi({ description: "attempts in all", example: 5 }),
        initial: textOf("the longest wait after the first failure", "PT5S").openapi({
          pattern: DURATION_PATTERN,
        }),
        max: textOf("the longest wait at all", "PT2H").openapi({ pattern: DURATION_PATTERN }),
        jitter: z.enum(JITTERS).openapi({ description: JITTER }),
      })
      .openapi({ description: "how often and how far apart a delivery that failed is tried" }),
    inDoubt: z.enum(IN_DOUBTS).openapi({ description: IN_DOUBT }),
    spread: textOf(`${SPREAD}; null: not at all`, "PT10M").nullable().openapi({ pattern: DURATION_PATTERN }),
    urgent: z.boolean().openapi({ description: URGENT }),
    repeat: z.union([repeatSchema, z.null()]).openapi({ description: `${REPEAT}; null: once` }),
    recipientId: z
      .string()
      .nullable()
      .openapi({ description: "whom it is for; null: a bare address or endpoint" }),
    campaignId: z.string().nullable().openapi({ description: "the campaign that keeps it; null: none" }),
    waitsFor: z.string().nullable().openapi({
      description:
        "the date that its recipient lacks: it is paused until that is there; null: it waits for none",
    }),
    metadata: metadataSchema.openapi({ description: "what its sender keeps with it" }),
    next: z
      .union([occurrenceSchema, z.null()])
      .openapi({ description: "the soonest occurrence that is not settled; null when there is none" }),
    createdAt: instantOf("when it was accepted"),
    updatedAt: instantOf("when it was last changed"),
  })
  .openapi("Reminder");
export type ReminderResource = z.infer<typeof reminderSchema>;

export const reminderPageSchema = pageOf("ReminderPage", reminderSchema);

/** What became of the deliveries that waited when their reminder was changed. */
export const changedReminderSchema = reminderSchema
  .extend({
    withdrawn: z.int().openapi({ description: "deliveries that waited and were taken back" }),
    planned: z.int().openapi({ description: "deliveries that wait now" }),
    inFlight: z
      .int()
      .openapi({ description: "deliveries that a worker holds: they may still arrive as they were" }),
  })
  .openapi("ChangedReminder");
export type ChangedReminderResource = z.infer<typeof changedReminderSchema>;

export const skippedReminderSchema = changedReminderSchema
  .extend({ skipped: occurrenceSchema.openapi({ description: "the occurrence that will not ring" }) })
  .openapi("SkippedReminder");
export type SkippedReminderResource = z.infer<typeof skippedReminderSchema>;

export const cancelledReminderSchema = reminderSchema
  .extend({
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
  .extend({
    reminders: z
      .array(reminderRequestDocument)
      .min(1)
      .max(MAX_BATCH)
      .openapi({ description: "each as `POST /v1/reminders` takes it, at most 256 KiB of JSON" }),
  })
  .openapi("BatchRequest", {
    example: {
      reminders: [{ schedule: { in: "PT10M" }, to: { channel: "inbox" }, message: "Stretch" }],
    },
  });

const acceptedSchema = z
  .object({
    status: z.literal(201).openapi({ description: "accepted" }),
    reminder: reminderSchema.openapi({ description: "the reminder, as it was made" }),
  })
  .openapi("BatchAccepted");
const refusedSchema = z
  .object({
    status: z.literal(400).openapi({ description: "refused" }),
    problem: problemSchema.openapi({ description: "why" }),
  })
  .openapi("BatchRefused");

export const batchResultSchema = z.object({
  results: z
    .array(z.union([acceptedSchema, refusedSchema]))
    .openapi({ description: "one for each reminder of the request, in its order" }),
});
export type BatchResource = z.infer<typeof batchResultSchema>;

const acceptedAloneSchema = z
  .object({
    status: z.literal(201).openapi({ description: "accepted" }),
    reminder: z
      .object({ id: reminderSchema.shape.id })
      .openapi({ description: "the reminder, by its id alone" }),
  })
  .openapi("BatchAcceptedAlone");

/** The answer of `Prefer: return=minimal`. */
export const minimalBatchResultSchema = z.object({
  results: z.array(z.union([acceptedAloneSchema, refusedSchema])),
});
export type MinimalBatchResource = z.infer<typeof minimalBatchResultSchema>;

/** Either of the two answers. */
export const batchResultDocument = z
  .object({
    results: z.array(z.union([acceptedSchema, acceptedAloneSchema, refusedSchema])).openapi({
      description:
        "one for each reminder of the request, in its order; of what is accepted the id alone with " +
        "`Prefer: return=minimal`",
    }),
  })
  .openapi("BatchResult");
