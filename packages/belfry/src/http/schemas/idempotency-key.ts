import { z } from "@hono/zod-openapi";
import { field } from "./field.ts";

/** Bare, or quoted as the draft has it: 1 to 255 printable characters either way. */
export const IDEMPOTENCY_KEY_FORM = /^(?:[ !#-~][ -~]{0,254}|"(?:[ !#-[\]-~]|\\["\\]){1,255}")$/;
export const IDEMPOTENCY_KEY_ALLOWED = "1 to 255 printable ASCII characters, quoted or bare";

function keyOf(purpose: string) {
  const text = z.string().regex(IDEMPOTENCY_KEY_FORM).openapi({ example: "order-4711" });
  return field(text, IDEMPOTENCY_KEY_ALLOWED, purpose);
}

/** The header, by what it does for the operation. */
export const IDEMPOTENCY_KEY = {
  recorded: keyOf(
    "makes it safe to send the request again: within 24 hours the same one gets the same answer, and another one " +
      "with this key is refused",
  ),
  harmless: keyOf("taken as every POST takes it, but nothing is stored, so nothing is recorded"),
} as const;
