import type { InputIssue } from "../../domain/errors.ts";
import { parseDuration } from "../../time/schedule.ts";
import { invalidInput, parseInput } from "../input.ts";
import { readInstant } from "../instant-input.ts";
import { SNOOZE_RANGE, snoozeRequestSchema } from "../schemas/snooze.ts";

const WHAT = "the snooze";
const ONE_OF_TWO = "for or until, one of the two";

/**
 * Reads when something snoozed is to ring, in ms since the epoch.
 *
 * @throws InvalidInputError
 */
export function readSnooze(input: unknown, nowMs: number): number {
  const { for: wait, until } = parseInput(snoozeRequestSchema, input, WHAT);
  const issues: InputIssue[] = [];
  const atMs = wait === undefined ? readUntil(until, nowMs, issues) : nowMs + (readWait(wait, issues) ?? 0);
  if (wait === undefined && until === undefined) {
    issues.push({ path: ["for"], value: undefined, message: "is missing", allowed: ONE_OF_TWO });
  }
  if (wait !== undefined && until !== undefined) {
    issues.push({ path: ["until"], value: until, message: "stands beside for", allowed: ONE_OF_TWO });
  }
  if (issues.length > 0 || atMs === undefined) throw invalidInput(WHAT, issues);
  return atMs;
}

function readWait(text: string, issues: InputIssue[]): number | undefined {
  const { least, most } = SNOOZE_RANGE;
  const allowed = `an ISO 8601 duration from ${least} to ${most}, such as PT10M`;
  const refuse = (message: string): undefined => {
    issues.push({ path: ["for"], value: text, message, allowed });
  };
  try {
    const ms = parseDuration(text);
    return ms >= parseDuration(least) && ms <= parseDuration(most) ? ms : refuse("is out of range");
  } catch {
    return refuse("is not an ISO 8601 duration");
  }
}

function readUntil(text: string | undefined, nowMs: number, issues: InputIssue[]): number | undefined {
  const atMs = readInstant(["until"], text, issues);
  if (atMs === undefined) return undefined;
  const allowed = `an instant to come, at most ${SNOOZE_RANGE.most} ahead`;
  if (atMs <= nowMs) issues.push({ path: ["until"], value: text, message: "is over", allowed });
  const isFar = atMs > nowMs + parseDuration(SNOOZE_RANGE.most);
  if (isFar) issues.push({ path: ["until"], value: text, message: "is too far ahead", allowed });
  return atMs;
}
