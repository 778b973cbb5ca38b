import { z } from "@hono/zod-openapi";
import { field } from "./field.ts";

/** The id of a reminder as a filter: one that is not known fits nothing, and is no error. */
export function reminderFilter(purpose: string) {
  return field(
    z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/)
      .openapi({ example: "rem_01k9yz3t5v8m6n4q2r7s1w0xab" }),
    "the id of a reminder; nothing fits one that is not known",
    purpose,
  ).optional();
}
