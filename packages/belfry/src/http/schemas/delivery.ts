import { z } from "@hono/zod-openapi";
import { DELIVERY_STATES } from "../../domain/delivery.ts";
import { acknowledgementSchema } from "./acknowledgement.ts";
import { occurrenceKindSchema } from "./coming-occurrence.ts";
import { instantOf, textOf } from "./field.ts";
import { resolutionSchema } from "./occurrence.ts";
import { pageOf } from "./page.ts";
import { targetSchema } from "./target.ts";

export const attemptSchema = z
  .object({
    number: z.int().openapi({ description: "counted from 1" }),
    worker: textOf("who made it", "wrk_01k9yz3t5v8m6n4q2r7s1w0xab"),
    startedAt: instantOf("when it began"),
    durationMs: z.int().openapi({ description: "how long it took, in whole milliseconds" }),
    outcome: z.enum(["delivered", "retryable", "permanent", "in-doubt"]).openapi({
      description:
        "delivered; retryable: it failed and may be tried again; permanent: it failed for good; in-doubt: the " +
        "worker died with it, and it may have been sent",
    }),
    error: z.string().nullable().openapi({ description: "why it failed, in words; null if it did not" }),
    providerId: z.string().nullable().openapi({ description: "what the other side calls it, if it says so" }),
    response: z
      .object({
        status: z.int().optional().openapi({ description: "its HTTP status", example: 204 }),
        body: z.string().optional().openapi({ description: "at most 1 KiB of its body" }),
      })
      .nullable()
      .openapi({ description: "what the other side answered; null if it did not" }),
  })
  .openapi("Attempt", { description: "One try of a delivery." });

export const deliverySchema = z
  .object({
    id: textOf(
      "its id, the same on every attempt; receivers know it as `webhook-id`",
      "dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y",
    ),
    reminderId: textOf("the reminder that it is of", "rem_01k9yz3t5v8m6n4q2r7s1w0xab"),
    occurrenceId: textOf(
      "the occurrence that it tells of; receivers know it as `eventId`",
      "occ_3d8f5g1h7j2k9m4n6p0q5r8s1t",
    ),
    state: z.enum(DELIVERY_STATES).openapi({
      description:
        "scheduled: waits for its instant; leased: a worker holds it, for a retry too that is due within two seconds; retrying: waits after a failure; " +
        "delivered; dead: failed for good or out of attempts; expired: past `usefulFor`, or missed; cancelled",
    }),
    kind: occurrenceKindSchema,
    channel: textOf("what carries it", "webhook"),
    to: targetSchema.openapi({ description: "where it goes" }),
    recipientId: z
      .string()
      .nullable()
      .openapi({ description: "whom it is for; null: a bare address or endpoint" }),
    nominal: textOf("what the rule says: see Occurrence", "2026-12-01T09:00"),
    due: instantOf("the instant at which it is due; retries do not move it"),
    resolution: resolutionSchema.openapi({ description: "how the nominal time became that instant" }),
    sendAt: instantOf("when the next attempt is to be made, or the last one was"),
    attempts: z.array(attemptSchema).openapi({ description: "what was tried, oldest first" }),
    reason: z
      .string()
      .nullable()
      .openapi({ description: "how it came to its state, in words; null if that says all" }),
    acceptedAt: instantOf("when the reminder was accepted"),
    promotedAt: instantOf("when the occurrence became this delivery"),
    settledAt: instantOf("when it came to its last state; null before").nullable(),
    latenessMs: z.int().nullable().openapi({
      description:
        "start of the attempt that delivered, else of the last one, minus due, in whole milliseconds; null before any",
    }),
  })
  .openapi("Delivery");
export type DeliveryResource = z.infer<typeof deliverySchema>;

export const deliveryRecordSchema = deliverySchema
  .extend({
    acknowledgement: z
      .union([acknowledgementSchema, z.null()])
      .openapi({ description: "that somebody has acknowledged its occurrence; null: nobody has" }),
  })
  .openapi("DeliveryRecord");
export type DeliveryRecordResource = z.infer<typeof deliveryRecordSchema>;

export const deliveryPageSchema = pageOf("DeliveryPage", deliveryRecordSchema);

const storyLineSchema = z
  .object({
    at: instantOf("when it happened"),
    event: z
      .enum(["accepted", "promoted", "attempt", "redriven", "waiting", "settled", "acknowledged"])
      .openapi({ description: "what happened, for programs" }),
    text: textOf("what happened, for people", "It is delivered."),
  })
  .openapi("StoryLine");
export type StoryLine = z.infer<typeof storyLineSchema>;

export const deliveryStorySchema = deliveryRecordSchema
  .extend({
    story: z.array(storyLineSchema).openapi({ description: "all that happened, in words, oldest first" }),
  })
  .openapi("DeliveryWithStory");
export type DeliveryStoryResource = z.infer<typeof deliveryStorySchema>;
