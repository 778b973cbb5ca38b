import { z } from "@hono/zod-openapi";
import { DELIVERY_STATES } from "../../domain/delivery.ts";
import { pageQuery } from "../pagination.ts";
import { field } from "./field.ts";
import { reminderFilter } from "./reminder-filter.ts";

const MAX_ERROR = 200;

/** An id as a filter: one that is not known fits nothing, and is no error. */
function idFilter(what: string, example: string, purpose: string) {
  return field(
    z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/)
      .openapi({ example }),
    `the id of a ${what}; nothing fits one that is not known`,
    purpose,
  ).optional();
}

function instantFilter(purpose: string) {
  return field(
    z.string().min(1).max(64).openapi({ format: "date-time", example: "2026-12-01T09:00:00Z" }),
    "an instant with its offset, such as 2026-12-01T09:00:00Z",
    purpose,
  ).optional();
}

/** Which deliveries are listed: those that fit all that is given. */
export const deliveryQuerySchema = z.strictObject({
  reminder: reminderFilter("whose deliveries alone are listed"),
  state: field(
    z.enum(DELIVERY_STATES),
    `one of ${DELIVERY_STATES.join(", ")}`,
    "which alone are listed",
  ).optional(),
  channel: field(
    z.string().min(1).max(64).openapi({ example: "webhook" }),
    "the name of a channel",
    "what carries them",
  ).optional(),
  recipient: idFilter("recipient", "rcp_01k9yz3t5v8m6n4q2r7s1w0xab", "whom they are for"),
  campaign: idFilter("campaign", "cmp_01k9yz3t5v8m6n4q2r7s1w0xab", "what they are of"),
  since: instantFilter("those due then or later"),
  until: instantFilter("those due earlier"),
  error: field(
    z.string().min(1).max(MAX_ERROR).openapi({ example: "timeout" }),
    `a text of 1 to ${MAX_ERROR} characters`,
    "a part of their `reason`, in any case",
  ).optional(),
  ...pageQuery,
});
export type DeliveryQuery = z.output<typeof deliveryQuerySchema>;
