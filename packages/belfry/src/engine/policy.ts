import type { InputIssue } from "../domain/errors.ts";
import { CATCH_UPS, type DeliveryPolicy, IN_DOUBTS, type RepeatPolicy } from "../domain/reminder.ts";
import { DEFAULT_RETRY, JITTERS, type RetryPolicy } from "../domain/retry.ts";
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
export const SPREAD_RANGE: DurationRange = { least: "PT1S", most: "P1D" };
export const REPEAT_EVERY_RANGE: DurationRange = { least: "PT10S", most: "P30D" };
/** How often something is repeated until somebody acknowledges it. */
export const MOST_REPEATS = 100;

/** What a request says of how its deliveries are to be treated. */
export type PolicyRequest = Pick<
  ReminderRequest,
  "catchUp" | "usefulFor" | "retry" | "inDoubt" | "spread" | "urgent" | "repeat"
>;

export interface DurationField {
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
  request: PolicyRequest,
  defaultUsefulForMs: number,
  issues: InputIssue[],
): DeliveryPolicy {
  return {
    catchUp: request.catchUp ?? CATCH_UPS[0],
    usefulForMs: readUsefulFor(request, defaultUsefulForMs, issues),
    retry: readRetry(request, issues),
    inDoubt: request.inDoubt ?? IN_DOUBTS[0],
    ...(request.urgent ? { urgent: true } : {}),
    ...readSpread(request, issues),
    ...readRepeat(request, issues),
  };
}

function readUsefulFor({ usefulFor: value }: PolicyRequest, defaultMs: number, issues: InputIssue[]): number {
  if (value === undefined) return defaultMs;
  return readDuration({ path: ["usefulFor"], value, range: USEFUL_FOR_RANGE, defaultMs }, issues);
}

function readSpread({ spread: value }: PolicyRequest, issues: InputIssue[]): { spreadMs?: number } {
  if (value === undefined) return {};
  return { spreadMs: readDuration({ path: ["spread"], value, range: SPREAD_RANGE, defaultMs: 0 }, issues) };
}

/** Whom it escalates to is read apart: that takes a look at what the tenant has. */
function readRepeat({ repeat }: PolicyRequest, issues: InputIssue[]): { repeat?: RepeatPolicy } {
  if (repeat === undefined) return {};
  const { every: value, max } = repeat;
  const every = { path: ["repeat", "every"], value, range: REPEAT_EVERY_RANGE, defaultMs: 0 };
  if (!Number.isInteger(max) || max < 1 || max > MOST_REPEATS) {
    const allowed = `a whole number from 1 to ${MOST_REPEATS}`;
    issues.push({ path: ["repeat", "max"], value: max, message: "is out of range", allowed });
  }
  return { repeat: { everyMs: readDuration(every, issues), max } };
}

function readRetry({ retry }: PolicyRequest, issues: InputIssue[]): RetryPolicy {
  if (retry === undefined) return DEFAULT_RETRY;
  const { maxAttempts = DEFAULT_RETRY.maxAttempts, initial, max, jitter = JITTERS[0] } = retry;
  const { initialMs, maxMs } = readWaits({ initial, max }, issues);
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
  if (!JITTERS.includes(jitter)) {
    const allowed = JITTERS.join(" or ");
    issues.push({ path: ["retry", "jitter"], value: jitter, message: "is not known", allowed });
  }
  return { maxAttempts, initialMs, maxMs, ...(jitter === "none" ? { jitter } : {}) };
}

/** Of the two waits, one that is left out gives way to the one that is given. */
function readWaits(
  { initial, max }: { initial: string | undefined; max: string | undefined },
  issues: InputIssue[],
): Pick<RetryPolicy, "initialMs" | "maxMs"> {
  const read = (name: string, value: string | undefined, defaultMs: number): number =>
    readDuration({ path: ["retry", name], value, range: RETRY_WAIT_RANGE, defaultMs }, issues);
  if (initial === undefined) {
    const maxMs = read("max", max, DEFAULT_RETRY.maxMs);
    return { initialMs: Math.min(DEFAULT_RETRY.initialMs, maxMs), maxMs };
  }
  const initialMs = read("initial", initial, DEFAULT_RETRY.initialMs);
  return { initialMs, maxMs: read("max", max, Math.max(DEFAULT_RETRY.maxMs, initialMs)) };
}

/** A duration in ms within its range, else its default and an issue. */
export function readDuration({ path, value, range, defaultMs }: DurationField, issues: InputIssue[]): number {
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
