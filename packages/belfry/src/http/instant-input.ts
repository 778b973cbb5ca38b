import type { InputIssue } from "../domain/errors.ts";
import { parseInstant } from "../time/schedule.ts";

const ALLOWED = "an instant with its offset, such as 2026-12-01T09:00:00Z";

/**
 * Reads an instant of a request, in ms since the epoch; undefined if there is none, or it is none.
 *
 * @param issues receives what is wrong
 */
export function readInstant(
  path: InputIssue["path"],
  text: string | undefined,
  issues: InputIssue[],
): number | undefined {
  if (text === undefined) return undefined;
  const instantMs = parseInstant(text);
  if (instantMs !== null) return instantMs;
  issues.push({ path, value: text, message: "is not an instant", allowed: ALLOWED });
  return undefined;
}
