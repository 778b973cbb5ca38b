import { z } from "@hono/zod-openapi";
import type { InputIssue } from "../../domain/errors.ts";
import { field } from "./field.ts";

const MAX_ENTRIES = 50;
const MAX_NAME = 64;
const MAX_VALUE = 1024;
const VALUE_ALLOWED = `a text of at most ${MAX_VALUE} characters, a number, true or false`;

/** What a caller keeps with a reminder: flat and small, so that lists can be filtered by it one day. */
export type Metadata = Record<string, string | number | boolean>;

/** Apart, because the generator's types do not know the word yet. */
const NAMES = { propertyNames: { minLength: 1, maxLength: MAX_NAME } };

export const METADATA_ALLOWED = `a JSON object of at most ${MAX_ENTRIES} entries, with names of 1 to ${MAX_NAME} characters; each value ${VALUE_ALLOWED}`;
export const METADATA_PURPOSE = "kept with the reminder for its sender";

/** Its entries are checked apart: a record of zod would drop the name `__proto__` without a word. */
export const metadataSchema = field(
  z
    .custom<Metadata>((value) => typeof value === "object" && value !== null && !Array.isArray(value))
    .openapi({
      type: "object",
      maxProperties: MAX_ENTRIES,
      ...NAMES,
      additionalProperties: {
        anyOf: [{ type: "string", maxLength: MAX_VALUE }, { type: "number" }, { type: "boolean" }],
      },
      example: { team: "blue" },
    }),
  METADATA_ALLOWED,
  METADATA_PURPOSE,
);

/** What is wrong with the entries of a metadata object. */
export function metadataIssues(metadata: object): InputIssue[] {
  const entries = Object.entries(metadata);
  if (entries.length > MAX_ENTRIES) {
    const allowed = `at most ${MAX_ENTRIES} entries`;
    return [{ path: ["metadata"], value: metadata, message: `has ${entries.length} entries`, allowed }];
  }
  return entries.flatMap(([name, value]): InputIssue[] => {
    const path = ["metadata", name];
    if (name === "" || isLongerThan(MAX_NAME, name)) {
      const allowed = `a name of 1 to ${MAX_NAME} characters`;
      return [{ path, value: name, message: "has no name of the right length", allowed }];
    }
    return isValue(value)
      ? []
      : [{ path, value, message: "is not a short text, a number, true or false", allowed: VALUE_ALLOWED }];
  });
}

function isValue(value: unknown): boolean {
  if (typeof value === "string") return !isLongerThan(MAX_VALUE, value);
  return typeof value === "number" || typeof value === "boolean";
}

/** In code points, as JSON Schema counts characters; there are no more of them than of UTF-16 units. */
function isLongerThan(most: number, text: string): boolean {
  return text.length > most && Array.from(text).length > most;
}
