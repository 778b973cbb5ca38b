import type { InputIssue } from "../errors.ts";
import { hasControls, isLongerThan, type Reading, read, refused } from "./reading.ts";

/** How long names may be, in characters. */
export const LONGEST_NAME = 100;
export const LONGEST_FULL_NAME = 200;
/** How long the sender's own id may be. */
export const LONGEST_EXTERNAL_ID = 200;

/** What a line of text of at most so many characters may hold. */
export function lineAllowed(most: number): string {
  return `1 to ${most} characters in one line, with none but spaces inside; null for none`;
}

export const EXTERNAL_ID_ALLOWED = `1 to ${LONGEST_EXTERNAL_ID} characters in one line that do not begin with rcp_; null for none`;

/** A line of text; null: there is none. */
export function readLine(path: InputIssue["path"], value: unknown, most: number): Reading<string | null> {
  const allowed = lineAllowed(most);
  if (value === undefined || value === null) return read(null);
  if (typeof value !== "string") return refused(path, value, { message: "is not a text", allowed });
  const message = faultIn(value, most);
  return message === null ? read(value) : refused(path, value, { message, allowed });
}

/** The sender's own id. What begins like Belfry's ids could be taken for one. */
export function readExternalId(path: InputIssue["path"], value: unknown): Reading<string | null> {
  const line = readLine(path, value, LONGEST_EXTERNAL_ID);
  const allowed = EXTERNAL_ID_ALLOWED;
  if (!line.ok) return { ok: false, issues: line.issues.map((issue) => ({ ...issue, allowed })) };
  if (line.value?.startsWith("rcp_"))
    return refused(path, value, { message: "has the form of an id that Belfry gives", allowed });
  return line;
}

function faultIn(text: string, most: number): string | null {
  if (text.trim() === "") return "is empty";
  if (text.trim() !== text) return "has a space at its beginning or end";
  if (isLongerThan(most, text)) return "is too long";
  return hasControls(text) ? "holds a control character" : null;
}
