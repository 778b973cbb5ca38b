import { z } from "@hono/zod-openapi";
import type { Json } from "../../domain/content.ts";

/** What each field may hold, in words; kept beside the schemas because zod tells only the bound that was missed. */
const ALLOWED = z.registry<{ allowed: string }>();

/**
 * Names what a field may hold: in the errors of whoever sends something else, and as its description in
 * OpenAPI, behind what it is for.
 */
export function field<Schema extends z.ZodType>(schema: Schema, allowed: string, purpose?: string): Schema {
  const description = purpose === undefined ? allowed : `${purpose}; ${allowed}`;
  const described = schema.openapi({ description });
  ALLOWED.add(described, { allowed });
  return described;
}

/** The words that `field` was given, or undefined. */
export function allowedOf(schema: z.core.$ZodType): string | undefined {
  return ALLOWED.get(schema)?.allowed;
}

/** Any JSON value, as the body's parser made it: `unknown` to zod, and the parser makes nothing else. */
export const anyJson = z.unknown().openapi({ description: "any JSON value" }) as unknown as z.ZodType<Json>;

/** A text in an answer. */
export function textOf(description: string, example?: string) {
  return z.string().openapi({ description, ...(example === undefined ? {} : { example }) });
}

/** An instant in an answer. */
export function instantOf(description: string) {
  return z.string().openapi({ format: "date-time", description, example: "2026-12-01T08:00:00Z" });
}

const NUMBER = "\\d{1,12}(?:[.,]\\d{1,9})?";
/**
 * An ISO 8601 duration of weeks and shorter. The format `duration` of JSON Schema is that of RFC 3339,
 * appendix A, which knows no fractions.
 */
export const DURATION_PATTERN =
  `^[Pp](?!$)(?:${NUMBER}[Ww])?(?:${NUMBER}[Dd])?` +
  `(?:[Tt](?!$)(?:${NUMBER}[Hh])?(?:${NUMBER}[Mm])?(?:${NUMBER}[Ss])?)?$`;

/** A duration in a request; what it means is the engine's to judge. */
export function duration(range: { least: string; most: string }, purpose: string, example: string) {
  const text = z.string().min(1).max(64).openapi({ pattern: DURATION_PATTERN, example });
  return field(
    text,
    `an ISO 8601 duration from ${range.least} to ${range.most}, such as ${example}`,
    purpose,
  );
}
