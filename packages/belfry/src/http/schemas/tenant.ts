import { z } from "@hono/zod-openapi";
import { field, instantOf, textOf } from "./field.ts";
import { createdKeySchema, nameOf } from "./key.ts";
import { pageOf } from "./page.ts";

const TENANT_ID = /^tnt_[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/;
const ZONE_PURPOSE = "the zone of floating rules: wall-clock rules that name none";

const zoneName = z.string().min(1).max(64).openapi({ example: "Europe/Paris" });
const ZONE_ALLOWED = 'an IANA time zone such as "Europe/Paris" or "UTC"';

export const tenantRequestSchema = z
  .strictObject({
    id: field(
      z.string().regex(TENANT_ID).openapi({ example: "tnt_acme" }),
      "`tnt_` and 1 to 60 lower-case letters, digits and hyphens, a hyphen neither first nor last",
      "its id; left out, one is made",
    ).optional(),
    name: nameOf("what people call it", "Acme"),
    timeZone: field(zoneName, ZONE_ALLOWED, `${ZONE_PURPOSE}; default UTC`).optional(),
  })
  .openapi("TenantRequest");
export type TenantInput = z.input<typeof tenantRequestSchema>;

export const tenantPatchSchema = z
  .strictObject({
    name: nameOf("what people call it", "Acme").optional(),
    timeZone: field(zoneName, ZONE_ALLOWED, ZONE_PURPOSE).optional(),
  })
  .openapi("TenantPatch", { description: "Replaces what is given; at least one field.", minProperties: 1 });
export type TenantPatchInput = z.input<typeof tenantPatchSchema>;

export const tenantSchema = z
  .object({
    id: textOf("its id", "tnt_acme"),
    name: textOf("what people call it", "Acme"),
    timeZone: textOf(ZONE_PURPOSE, "Europe/Paris"),
    revision: z
      .int()
      .openapi({ description: "counts its changes, from 1; the same number is its `ETag`", example: 1 }),
    createdAt: instantOf("when it was made"),
    updatedAt: instantOf("when it was last changed"),
  })
  .openapi("Tenant");
export type TenantResource = z.infer<typeof tenantSchema>;

export const createdTenantSchema = tenantSchema
  .extend({ adminKey: createdKeySchema.openapi({ description: "its first key, shown this once" }) })
  .openapi("CreatedTenant");
export type CreatedTenantResource = z.infer<typeof createdTenantSchema>;

export const tenantPageSchema = pageOf("TenantPage", tenantSchema);
