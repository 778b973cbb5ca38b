/** One thing that is wrong with a schedule. */
export interface ScheduleIssue {
  /** Where, from the root of the schedule: `["yearly", "on"]`; empty for the schedule itself. */
  path: (string | number)[];
  /** What was found there. */
  value: unknown;
  /** What is wrong, without a full stop. */
  message: string;
  /** What would have been right, in words. */
  allowed: string;
}

/**
 * Stable codes:
 * - `invalid_schedule`: malformed, or a combination that is not allowed;
 * - `impossible_schedule`: well formed, but no date will ever match (30 February);
 * - `past_schedule`: a one-off instant that is over;
 * - `exhausted_schedule`: a rule whose `until` or `count` is used up;
 * - `unknown_time_zone`: not an IANA zone;
 * - `missing_date`: `yearly` names a date that the recipient does not have.
 */
export type ScheduleErrorCode =
  | "invalid_schedule"
  | "impossible_schedule"
  | "past_schedule"
  | "exhausted_schedule"
  | "unknown_time_zone"
  | "missing_date";

/** A schedule that cannot be read or can never fire; each issue names its path, value and what is allowed. */
export class ScheduleError extends Error {
  readonly code: ScheduleErrorCode;
  readonly issues: ScheduleIssue[];

  constructor(code: ScheduleErrorCode, issues: ScheduleIssue[]) {
    const first = issues[0];
    const at = first && first.path.length > 0 ? ` (${first.path.join(".")})` : "";
    super(`Cannot use schedule: ${first?.message ?? code}${at}`);
    this.name = "ScheduleError";
    this.code = code;
    this.issues = issues;
  }
}

/** A {@link ScheduleError} of code `invalid_schedule` with one issue. */
export function invalid(issue: ScheduleIssue): ScheduleError {
  return new ScheduleError("invalid_schedule", [issue]);
}
