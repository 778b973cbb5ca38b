import { z } from "@hono/zod-openapi";
import { DELIVERY_STATES } from "../../domain/delivery.ts";
import { instant } from "./field.ts";
import { pageOf } from "./page.ts";
import { targetSchema } from "./reminder.ts";
import { resolutionSchema } from "./schedule.ts";

const attemptSchema = z
  .object({
    number: z.int(),
    worker: z.string(),
    startedAt: instant,
    durationMs: z.number(),
    outcome: z.enum(["delivered", "retryable", "permanent", "in-doubt"]),
    error: z.string().nullable(),
    providerId: z.string().nullable(),
    response: z
      .object({ status: z.int().optional(), body: z.string().optional() })
      .nullable()
      .openapi({ description: "what the other side answered, at most 1 KiB of it" }),
  })
  .openapi("Attempt");

export const deliverySchema = z
  .object({
    id: z.string(),
    reminderId: z.string(),
    occurrenceId: z.string(),
    state: z.enum(DELIVERY_STATES),
    channel: z.string(),
    to: targetSchema,
    nominal: z.string(),
    due: instant,
    resolution: resolutionSchema,
    sendAt: instant.openapi({ description: "when the next attempt is to be made, or the last one was" }),
    attempts: z.array(attemptSchema),
    reason: z.string().nullable().openapi({ description: "how it came to its state, in words" }),
    acceptedAt: instant,
    promotedAt: instant,
    settledAt: instant.nullable(),
    latenessMs: z.number().nullable().openapi({
      description: "start of the attempt that delivered, else of the last one, minus due; null before any",
    }),
  })
  .openapi("Delivery");
export type DeliveryResource = z.infer<typeof deliverySchema>;

export const deliveryPageSchema = pageOf("DeliveryPage", deliverySchema);

const storyLineSchema = z
  .object({
    at: instant,
    event: z.enum(["accepted", "promoted", "attempt", "waiting", "settled"]),
    text: z.string(),
  })
  .openapi("StoryLine");
export type StoryLine = z.infer<typeof storyLineSchema>;

export const deliveryStorySchema = deliverySchema
  .extend({
    story: z.array(storyLineSchema).openapi({ description: "all that happened, in words, oldest first" }),
  })
  .openapi("DeliveryWithStory");
export type DeliveryStoryResource = z.infer<typeof deliveryStorySchema>;
