import { z } from "@hono/zod-openapi";
import type { Json, JsonObject } from "../../domain/content.ts";

/** What each field may hold, in words; kept beside the schemas because zod tells only the bound that was missed. */
const ALLOWED = z.registry<{ allowed: string }>();

/** Names what a field may hold: as its description in OpenAPI, and in the errors of whoever sends something else. */
export function field<Schema extends z.ZodType>(schema: Schema, allowed: string): Schema {
  const described = schema.openapi({ description: allowed });
  ALLOWED.add(described, { allowed });
  return described;
}

/** The words that `field` was given, or undefined. */
export function allowedOf(schema: z.core.$ZodType): string | undefined {
  return ALLOWED.get(schema)?.allowed;
}

/** Any JSON value, as the body's parser made it. */
export const anyJson = z.unknown().openapi({ description: "any JSON value" }) as unknown as z.ZodType<Json>;

/** A JSON object, taken as it is: its fields are the sender's own. */
export const jsonObject = z
  .custom<JsonObject>((value) => typeof value === "object" && value !== null && !Array.isArray(value))
  .openapi({ type: "object", additionalProperties: true });

/** An instant in an answer. */
export const instant = z.string().openapi({ format: "date-time", example: "2026-12-01T08:00:00Z" });

/** A duration in a request; what it means is the engine's to judge. */
export function duration(example: string) {
  const text = z.string().min(1).max(64).openapi({ format: "duration", example });
  return field(text, `an ISO 8601 duration such as ${example}`);
}
