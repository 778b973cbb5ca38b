import type { InputIssue } from "../domain/errors.ts";
import { CATCH_UPS, type DeliveryPolicy, IN_DOUBTS } from "../domain/reminder.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../domain/retry.ts";
import { parseDuration } from "../time/duration.ts";
import type { ReminderRequest } from "./engine.ts";

/** Bounds of a duration, both inclusive, as ISO 8601. */
export interface DurationRange {
  least: string;
  most: string;
}

export const USEFUL_FOR_RANGE: DurationRange = { least: "PT1S", most: "P366D" };
/** Of `retry.initial` and `retry.max`. */
export const RETRY_WAIT_RANGE: DurationRange = { least: "PT0.05S", most: "P366D" };
const MOST_ATTEMPTS = 100;

interface DurationField {
  path: readonly string[];
  value: string | undefined;
  range: DurationRange;
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
    range: USEFUL_FOR_RANGE,
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
  const range = RETRY_WAIT_RANGE;
  const initialField = {
    path: ["retry", "initial"],
    value: initial,
    range,
    defaultMs: DEFAULT_RETRY.initialMs,
  };
  const initialMs = readDuration(initialField, issues);
  const defaultMs = Math.max(DEFAULT_RETRY.maxMs, initialMs);
  const maxMs = readDuration({ path: ["retry", "max"], value: max, range, defaultMs }, issues);
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

function readDuration({ path, value, range, defaultMs }: DurationField, issues: InputIssue[]): number {
  if (value === undefined) return defaultMs;
  const { least, most } = range;
  const allowed = `an ISO 8601 duration from ${least} to ${most}, such as PT15M`;
  try {
    const ms = parseDuration(value);
    if (ms >= parseDuration(least) && ms <= parseDuration(most)) return ms;
    issues.push({ path, value, message: "is out of range", allowed });
  } catch {
    issues.push({ path, value, message: "is not an ISO 8601 duration", allowed });
  }
  return defaultMs;
}
