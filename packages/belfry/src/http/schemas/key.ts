import { z } from "@hono/zod-openapi";
import { SCOPES } from "../../domain/api-key.ts";
import { field, instantOf, textOf } from "./field.ts";
import { pageOf } from "./page.ts";

const MAX_NAME = 100;
const SCOPES_PURPOSE =
  "what it may do: `read` reads and previews, `write` changes, `admin` does both and manages keys";
const EXAMPLE_KEY = "bel_6TfRw0cVbN3mKq8ZsX1yLhJd5GpA2eUoI7tYrEWQ";

/** What people call a key or a tenant. */
export function nameOf(purpose: string, example: string) {
  const text = z.string().min(1).max(MAX_NAME).regex(/\S/).openapi({ pattern: "\\S", example });
  return field(text, `1 to ${MAX_NAME} characters, not all of them spaces`, purpose);
}

export const keyRequestSchema = z
  .strictObject({
    name: nameOf("what it is for", "billing service"),
    scopes: field(
      z
        .array(field(z.enum(SCOPES), SCOPES.join(", ")))
        .min(1)
        .max(SCOPES.length)
        .refine((scopes) => new Set(scopes).size === scopes.length)
        .openapi({ uniqueItems: true, example: ["write"] }),
      `at least one of ${SCOPES.join(", ")}, each once`,
      SCOPES_PURPOSE,
    ),
    expiresAt: field(
      z.string().min(1).max(64).openapi({ format: "date-time", example: "2027-01-01T00:00:00Z" }),
      "an instant to come, such as 2027-01-01T00:00:00Z, before the year 10000",
      "when it stops working; left out, it never does",
    ).optional(),
  })
  .openapi("KeyRequest");
export type KeyInput = z.input<typeof keyRequestSchema>;

/** A key never shows itself again, only its last characters. */
export const keySchema = z
  .object({
    id: textOf("its id", "key_01k9yz3t5v8m6n4q2r7s1w0xab"),
    name: textOf("what it is for", "billing service"),
    scopes: z.array(z.enum(SCOPES)).openapi({ description: SCOPES_PURPOSE, example: ["write"] }),
    hint: z.string().nullable().openapi({
      description: "its last four characters, to know it by; null for the installation's own",
      example: "rEWQ",
    }),
    createdAt: instantOf("when it was made"),
    expiresAt: instantOf("when it stops working, or stopped; null: it never does").nullable(),
    lastUsedAt: instantOf("when it was last used, to the minute; null: never").nullable(),
  })
  .openapi("Key");
export type KeyResource = z.infer<typeof keySchema>;

export const createdKeySchema = keySchema
  .extend({ key: textOf("the key itself; it is shown this once", EXAMPLE_KEY) })
  .openapi("CreatedKey");
export type CreatedKeyResource = z.infer<typeof createdKeySchema>;

export const currentKeySchema = keySchema
  .extend({
    tenant: z
      .object({
        id: textOf("its id", "tnt_acme"),
        name: textOf("what people call it", "Acme"),
        timeZone: textOf("the zone of floating rules", "Europe/Paris"),
      })
      .openapi({ description: "whose key it is" }),
    isOperator: z.boolean().openapi({ description: "whether it may manage tenants" }),
  })
  .openapi("CurrentKey");
export type CurrentKeyResource = z.infer<typeof currentKeySchema>;

export const keyPageSchema = pageOf("KeyPage", keySchema);
