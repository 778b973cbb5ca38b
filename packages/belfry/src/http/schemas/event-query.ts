import { z } from "@hono/zod-openapi";
import { EVENT_TYPES } from "../../domain/event.ts";
import { field } from "./field.ts";
import { reminderFilter } from "./reminder-filter.ts";

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
  reminder: reminderFilter("whose events alone are told, those of its deliveries among them"),
};

/** Where a stream goes on after a break; browsers send it by themselves. */
export const lastEventId = field(
  z.string().openapi({ example: "1764579600000000" }),
  "the id of the last event that was received",
  "for a stream, instead of `after`",
);
