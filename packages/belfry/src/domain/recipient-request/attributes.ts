import type { JsonObject } from "../content.ts";
import type { InputIssue } from "../errors.ts";
import { entriesOf, hasControls, isLongerThan, type Reading, read, refused } from "./reading.ts";

export const MOST_ATTRIBUTES = 100;
export const LONGEST_ATTRIBUTE_NAME = 64;
/** In KiB of JSON, of all of them. */
export const ATTRIBUTES_KIB = 16;
export const ATTRIBUTES_ALLOWED = `a JSON object of at most ${MOST_ATTRIBUTES} attributes and ${ATTRIBUTES_KIB} KiB`;
const NAME_ALLOWED = `a name of 1 to ${LONGEST_ATTRIBUTE_NAME} characters in one line, without commas and equals signs`;

/** What the sender knows of a recipient, for templates and audiences. */
export function readAttributes(value: unknown): Reading<JsonObject> {
  const path = ["attributes"];
  const allowed = ATTRIBUTES_ALLOWED;
  if (value === undefined || value === null) return read({});
  const entries = entriesOf(value);
  if (!entries) return refused(path, value, { message: "is not a JSON object", allowed });
  if (entries.length > MOST_ATTRIBUTES)
    return refused(path, value, { message: `has ${entries.length} attributes`, allowed });
  const issues = entries.flatMap(([name]): InputIssue[] => {
    const wrong = { message: "is not under the name of an attribute", allowed: NAME_ALLOWED };
    return isAttributeName(name) ? [] : [{ path: [...path, name], value: name, ...wrong }];
  });
  if (issues.length > 0) return { ok: false, issues };
  const { length } = new TextEncoder().encode(JSON.stringify(value));
  if (length > ATTRIBUTES_KIB * 1024) return refused(path, value, { message: "is too large", allowed });
  // It comes from JSON.
  return read(value as JsonObject);
}

/** Commas and equals signs part attributes in queries. */
export function isAttributeName(name: string): boolean {
  const isLine = name !== "" && name.trim() === name && !hasControls(name);
  return isLine && !/[,=]/.test(name) && !isLongerThan(LONGEST_ATTRIBUTE_NAME, name);
}
