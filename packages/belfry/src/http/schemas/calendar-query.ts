import { z } from "@hono/zod-openapi";
import { field } from "./field.ts";

const INSTANT_ALLOWED = "an instant with its offset, such as 2026-12-01T09:00:00Z";
const instant = z.string().min(1).max(64).openapi({ format: "date-time", example: "2026-12-01T09:00:00Z" });

/** Which events are wanted, besides which page. */
export const calendarQuery = {
  owner: field(
    z.string().min(1).max(256).openapi({ example: "rcp_01k9yz3t5v8m6n4q2r7s1w0xab" }),
    "the id of a recipient, or your own externalId",
    "whose alone are listed",
  ).optional(),
  from: field(instant, INSTANT_ALLOWED, "those that are over by then are left out").optional(),
  to: field(
    instant,
    `${INSTANT_ALLOWED}, after from`,
    "those that begin then or later are left out",
  ).optional(),
};
