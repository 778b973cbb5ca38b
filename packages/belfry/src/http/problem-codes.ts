import type { ScheduleErrorCode } from "../time/schedule-error.ts";
import { MAX_BATCH_BYTES, MAX_BODY_BYTES } from "./body-limits.ts";

/** What one `code` of a problem means, and the status that it comes with. */
export interface ProblemMeaning {
  status: number;
  means: string;
}

const KIB = 1024;

/** A record, so that the compiler misses no code of a schedule. */
const SCHEDULE_PROBLEMS: Record<ScheduleErrorCode, ProblemMeaning> = {
  invalid_schedule: { status: 400, means: "the schedule is malformed, or its fields do not go together" },
  impossible_schedule: { status: 400, means: "no date will ever match the rule (30 February)" },
  unknown_time_zone: { status: 400, means: "the name is not an IANA time zone" },
  missing_date: {
    status: 400,
    means: "the rule names a date of the recipient; recipients are not there yet, so it always is missing",
  },
  past_schedule: { status: 400, means: "the one instant of the schedule is over" },
  exhausted_schedule: { status: 400, means: "the rule would never fire: its `until` or `count` is used up" },
};

/** Every code that the API answers with; a test compares it with the source. */
export const PROBLEMS = {
  invalid_input: { status: 400, means: "fields are wrong; `errors` names each" },
  ...SCHEDULE_PROBLEMS,
  invalid_json: { status: 400, means: "the body is not JSON in UTF-8, or nested too deep" },
  body_incomplete: { status: 400, means: "the connection broke inside the body" },
  bad_request: { status: 400, means: "the request is not HTTP; its address or its Host header is broken" },
  unauthorized: { status: 401, means: "the key is missing or not known" },
  forbidden: { status: 403, means: "the key has not the scope for this" },
  not_found: { status: 404, means: "nothing has this id, name or path" },
  method_not_allowed: { status: 405, means: "the path exists but takes other methods; see `Allow`" },
  request_timeout: { status: 408, means: "the request did not arrive in time" },
  endpoint_exists: { status: 409, means: "there is an endpoint of this name" },
  delivery_not_retriable: { status: 409, means: "the delivery is neither dead nor expired" },
  idempotency_running: {
    status: 409,
    means: "the first request with this key is still running; see `Retry-After`",
  },
  idempotency_conflict: {
    status: 409,
    means: "another process has just used this key; send the request again",
  },
  body_too_large: {
    status: 413,
    means: `the body is over ${MAX_BODY_BYTES / KIB} KiB; that of a batch, over ${MAX_BATCH_BYTES / KIB} KiB`,
  },
  unsupported_media_type: {
    status: 415,
    means: "the body is not `application/json` in UTF-8, or is compressed",
  },
  idempotency_key_reused: { status: 422, means: "the `Idempotency-Key` was used for another request" },
  headers_too_large: { status: 431, means: "the headers are over 16 KiB" },
  internal_error: { status: 500, means: "a fault of Belfry; the log has more under `instance`" },
  store_failed: { status: 503, means: "the store is not available; see `Retry-After`" },
} satisfies Record<string, ProblemMeaning>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What reading a schedule may end in, and what making a reminder of it may besides. */
export const UNREADABLE_SCHEDULE = [
  "invalid_schedule",
  "impossible_schedule",
  "unknown_time_zone",
  "missing_date",
] as const satisfies readonly ProblemCode[];
export const OVER_SCHEDULE = [
  "past_schedule",
  "exhausted_schedule",
] as const satisfies readonly ProblemCode[];
