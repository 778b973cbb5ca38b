import { z } from "@hono/zod-openapi";
import { EVENT_TYPES } from "../../domain/event.ts";
import { instantOf, textOf } from "./field.ts";

/** One change that has been committed. */
export const eventSchema = z
  .object({
    id: textOf("its place in the log, opaque: give it as `after` to get what follows", "1764579600000000"),
    type: z.enum(EVENT_TYPES).openapi({ description: "what happened" }),
    at: instantOf("when it happened"),
    reminderId: z.string().nullable().openapi({
      description: "the reminder that it is about; null for an endpoint",
      example: "rem_01k9yz3t5v8m6n4q2r7s1w0xab",
    }),
    deliveryId: z.string().nullable().openapi({
      description: "the delivery that it is about; null if it is about the reminder itself, or an endpoint",
      example: "dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y",
    }),
    reason: z.string().nullable().openapi({
      description: "why, in words; of an endpoint, its name and why; null where the type says all",
    }),
  })
  .openapi("Event", { description: "One change, told after it was stored." });
export type EventResource = z.infer<typeof eventSchema>;

export const eventPageSchema = z
  .object({
    items: z.array(eventSchema).openapi({
      description: "oldest first; a filter may leave fewer than `limit`, even none, though more follow",
    }),
    nextCursor: z
      .string()
      .nullable()
      .openapi({ description: "give it as `cursor` to get the next page; null if there is no more for now" }),
    lastId: textOf("where to go on later: give it as `after`", "1764579600000000"),
    hasGap: z.boolean().openapi({
      description: "true if some that follow what was asked for are no longer kept",
    }),
  })
  .openapi("EventPage");
export type EventPageResource = z.infer<typeof eventPageSchema>;
