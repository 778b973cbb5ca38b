import { z } from "@hono/zod-openapi";
import { EVENT_TYPES } from "../../domain/event.ts";
import { field } from "./field.ts";

export const TYPES_ALLOWED = `some of ${EVENT_TYPES.join(", ")}, separated by commas`;
export const PLACE_ALLOWED =
  "the id of an event of this log; `start`: the oldest that is kept; `now`: none that is past";

/** Which events are wanted, besides which page. */
export const eventQuery = {
  after: field(
    z.string().min(1).max(64).openapi({ example: "start" }),
    PLACE_ALLOWED,
    "which event those asked for follow; left out, `start` for a page and `now` for a stream",
  ).optional(),
  types: field(
    z.string().min(1).max(512).openapi({ example: "delivery.delivered,delivery.dead" }),
    TYPES_ALLOWED,
    "which alone are told of",
  ).optional(),
  reminder: field(
    z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/)
      .openapi({ example: "rem_01k9yz3t5v8m6n4q2r7s1w0xab" }),
    "the id of a reminder",
    "whose events alone are told, those of its deliveries among them",
  ).optional(),
};

/** Where a stream goes on after a break; browsers send it by themselves. */
export const lastEventId = field(
  z.string().openapi({ example: "1764579600000000" }),
  "the id of the last event that was received",
  "for a stream, instead of `after`",
);
