import type { InputIssue } from "../domain/errors.ts";
import { CATCH_UPS, type DeliveryPolicy, IN_DOUBTS } from "../domain/reminder.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../domain/retry.ts";
import { parseDuration } from "../time/duration.ts";
import type { ReminderRequest } from "./engine.ts";

const SHORTEST_WAIT_MS = 50;
const LONGEST_MS = 366 * 86_400_000;
const MOST_ATTEMPTS = 100;

interface DurationField {
  path: readonly string[];
  value: string | undefined;
  leastMs: number;
  defaultMs: number;
}

/**
 * Reads how the deliveries of a reminder are to be treated.
 *
 * @param defaultUsefulForMs what the schedule makes of a `usefulFor` left out
 * @param issues receives what is wrong
 */
export function readPolicy(
  request: ReminderRequest,
  defaultUsefulForMs: number,
  issues: InputIssue[],
): DeliveryPolicy {
  const usefulFor = {
    path: ["usefulFor"],
    value: request.usefulFor,
    leastMs: 1_000,
    defaultMs: defaultUsefulForMs,
  };
  return {
    catchUp: request.catchUp ?? CATCH_UPS[0],
    usefulForMs: readDuration(usefulFor, issues),
    retry: readRetry(request, issues),
    inDoubt: request.inDoubt ?? IN_DOUBTS[0],
  };
}

function readRetry({ retry = {} }: ReminderRequest, issues: InputIssue[]): RetryPolicy {
  const { maxAttempts = DEFAULT_RETRY.maxAttempts, initial, max } = retry;
  const leastMs = SHORTEST_WAIT_MS;
  const initialField = {
    path: ["retry", "initial"],
    value: initial,
    leastMs,
    defaultMs: DEFAULT_RETRY.initialMs,
  };
  const initialMs = readDuration(initialField, issues);
  const defaultMs = Math.max(DEFAULT_RETRY.maxMs, initialMs);
  const maxMs = readDuration({ path: ["retry", "max"], value: max, leastMs, defaultMs }, issues);
  if (maxMs < initialMs) {
    issues.push({
      path: ["retry", "max"],
      value: max,
      message: "is less than retry.initial",
      allowed: "retry.initial or more",
    });
  }
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
    const allowed = `a whole number from 1 to ${MOST_ATTEMPTS}`;
    issues.push({ path: ["retry", "maxAttempts"], value: maxAttempts, message: "is out of range", allowed });
  }
  return { maxAttempts, initialMs, maxMs };
}

function readDuration({ path, value, leastMs, defaultMs }: DurationField, issues: InputIssue[]): number {
  if (value === undefined) return defaultMs;
  const allowed = `an ISO 8601 duration from PT${leastMs / 1_000}S to P366D, such as PT15M`;
  try {
    const ms = parseDuration(value);
    if (ms >= leastMs && ms <= LONGEST_MS) return ms;
    issues.push({ path, value, message: "is out of range", allowed });
  } catch {
    issues.push({ path, value, message: "is not an ISO 8601 duration", allowed });
  }
  return defaultMs;
}
