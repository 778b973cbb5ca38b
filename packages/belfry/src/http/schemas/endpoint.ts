import { z } from "@hono/zod-openapi";
import { readWebhookSecret, WEBHOOK_SECRET_FORM } from "../../domain/webhook-secret.ts";
import { field, instantOf, textOf } from "./field.ts";
import { pageOf } from "./page.ts";

const MAX_SECRETS = 10;
export const ENDPOINT_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
export const NAME_ALLOWED =
  "1 to 63 lower-case letters, digits, dots, hyphens and underscores, beginning with a letter or digit";

/** The name of an endpoint, wherever one is given. */
export function endpointNameOf(purpose: string) {
  return field(z.string().regex(ENDPOINT_NAME).openapi({ example: "billing" }), NAME_ALLOWED, purpose);
}

const url = field(
  z.string().min(1).max(2048).openapi({ format: "uri", example: "https://example.com/hooks" }),
  "an http or https URL of at most 2048 characters",
  "where its deliveries are posted",
);
const secret = field(
  z
    .string()
    .refine((text) => readWebhookSecret(text).ok)
    .openapi({ pattern: "^whsec_[A-Za-z0-9+/]{32,86}={0,2}$" }),
  WEBHOOK_SECRET_FORM,
);
const secrets = field(
  z.array(secret).max(MAX_SECRETS),
  `at most ${MAX_SECRETS} secrets, each ${WEBHOOK_SECRET_FORM}`,
  "what signs its deliveries, each secret by itself; none: the installation's own sign",
);
const STATE_PURPOSE = "whether deliveries are sent to it; off, they fail for good";

export const endpointRequestSchema = z
  .strictObject({
    name: endpointNameOf("how reminders name it"),
    url,
    secrets: secrets.optional(),
  })
  .openapi("EndpointRequest");
export type EndpointInput = z.input<typeof endpointRequestSchema>;

export const endpointPatchSchema = z
  .strictObject({
    url: url.optional(),
    secrets: secrets.optional(),
    state: field(z.enum(["on", "off"]), "on or off", STATE_PURPOSE).optional(),
  })
  .openapi("EndpointPatch", { description: "Replaces what is given; at least one field.", minProperties: 1 });
export type EndpointPatchInput = z.input<typeof endpointPatchSchema>;

/** An endpoint never shows its secrets, only how many there are. */
export const endpointSchema = z
  .object({
    id: textOf("its id", "end_01k9yz3t5v8m6n4q2r7s1w0xab"),
    name: textOf("its name, which no other has", "billing"),
    url: textOf("where its deliveries are posted", "https://example.com/hooks"),
    state: z.enum(["on", "off"]).openapi({ description: STATE_PURPOSE }),
    offReason: z.string().nullable().openapi({ description: "why it is off, in words; null while it is on" }),
    secretCount: z
      .int()
      .openapi({ description: "how many secrets of its own sign; 0: the installation's do" }),
    revision: z.int().openapi({
      description: "counts what callers changed, from 1; the same number is its `ETag`",
      example: 1,
    }),
    createdAt: instantOf("when it was made"),
    updatedAt: instantOf("when it was last changed"),
  })
  .openapi("Endpoint");
export type EndpointResource = z.infer<typeof endpointSchema>;

export const endpointPageSchema = pageOf("EndpointPage", endpointSchema);
