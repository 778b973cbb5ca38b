import { z } from "@hono/zod-openapi";
import { field, instant } from "./field.ts";
import { pageOf } from "./page.ts";

const MAX_SECRETS = 10;
const SECRET_PREFIX = "whsec_";
const ENDPOINT_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

const name = field(
  z.string().regex(ENDPOINT_NAME).openapi({ example: "billing" }),
  "1 to 63 lower-case letters, digits, dots, hyphens and underscores, beginning with a letter or digit",
);
const url = field(
  z.string().min(1).max(2048).openapi({ format: "uri" }),
  "an http or https URL of at most 2048 characters",
);
const secret = field(z.string().refine(isSecret), "whsec_ and the padded base64 of 24 to 64 bytes");
const secrets = field(
  z.array(secret).max(MAX_SECRETS),
  `at most ${MAX_SECRETS} secrets (whsec_…), each of which signs; none: the installation's own sign`,
);

/** Standard Webhooks: a secret that could not sign is refused here, not found out at the first delivery. */
function isSecret(text: string): boolean {
  const base64 = text.slice(SECRET_PREFIX.length);
  const bytes = Buffer.from(base64, "base64");
  const isPlain = text.startsWith(SECRET_PREFIX) && bytes.toString("base64") === base64;
  return isPlain && bytes.length >= 24 && bytes.length <= 64;
}

export const endpointRequestSchema = z
  .strictObject({ name, url, secrets: secrets.optional() })
  .openapi("EndpointRequest");
export type EndpointInput = z.input<typeof endpointRequestSchema>;

export const endpointPatchSchema = z
  .strictObject({
    url: url.optional(),
    secrets: secrets.optional(),
    state: field(z.enum(["on", "off"]), "on or off").optional(),
  })
  .openapi("EndpointPatch", { description: "Replaces what is given; at least one field." });
export type EndpointPatchInput = z.input<typeof endpointPatchSchema>;

/** An endpoint never shows its secrets, only how many there are. */
export const endpointSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    state: z.enum(["on", "off"]),
    offReason: z.string().nullable(),
    secretCount: z
      .int()
      .openapi({ description: "how many secrets of its own sign; 0: the installation's do" }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("Endpoint");
export type EndpointResource = z.infer<typeof endpointSchema>;

export const endpointPageSchema = pageOf("EndpointPage", endpointSchema);
