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
    means: "the rule names a date that the recipient lacks, or there is no recipient",
  },
  past_schedule: { status: 400, means: "the one instant of the schedule is over" },
  exhausted_schedule: { status: 400, means: "the rule would never fire: its `until` or `count` is used up" },
};

/** What keeps the store from answering, or from writing; all may pass, or be mended while the server runs. */
export const STORE_REASONS = {
  store_full: "the server's disk is full",
  store_locked: "another program on the server has locked the database",
  store_read_only: "the server's database is read-only",
  store_damaged: "the server's database is damaged, and has to be restored",
  store_unreachable: "the server's database is not where it was",
  store_in_use: "another Belfry has taken the server's data folder",
  store_failed: "the store is not available",
} as const;
export type StoreCode = keyof typeof STORE_REASONS;

/** Any operation may answer with these. */
export const STORE_CODES = Object.keys(STORE_REASONS) as StoreCode[];

function storeProblem(code: StoreCode): ProblemMeaning {
  return { status: 503, means: `${STORE_REASONS[code]}; see \`Retry-After\`` };
}

/** Every code that the API answers with; a test compares it with the source. */
export const PROBLEMS = {
  invalid_input: { status: 400, means: "fields are wrong; `errors` names each" },
  ...SCHEDULE_PROBLEMS,
  invalid_json: { status: 400, means: "the body is not JSON in UTF-8, or nested too deep" },
  body_incomplete: { status: 400, means: "the connection broke inside the body" },
  bad_request: { status: 400, means: "the request is not HTTP; its address or its Host header is broken" },
  unauthorized: { status: 401, means: "the key is missing or not known, or has expired" },
  forbidden: { status: 403, means: "the key lacks the scope for this, or is not the operator's" },
  not_found: { status: 404, means: "nothing has this id, name or path" },
  method_not_allowed: { status: 405, means: "the path exists but takes other methods; see `Allow`" },
  request_timeout: { status: 408, means: "the request did not arrive in time" },
  endpoint_exists: { status: 409, means: "there is an endpoint of this name" },
  recipient_exists: { status: 409, means: "another recipient has this `externalId`" },
  recipient_changed: {
    status: 409,
    means: "the recipient was changed by others meanwhile; send the request again",
  },
  calendar_event_exists: { status: 409, means: "the owner has a calendar event of this `uid`" },
  calendar_event_changed: {
    status: 409,
    means: "the calendar was changed by others again and again meanwhile; send the request again",
  },
  too_many_calendar_addresses: {
    status: 409,
    means: "the recipient's calendar has as many addresses as it may",
  },
  address_shown_once: {
    status: 409,
    means: "the request was done before; the address that it made was shown then and is not kept",
  },
  reminder_over: {
    status: 409,
    means:
      "the reminder is finished or cancelled, so it cannot be changed; a cancelled one rings no more in any way",
  },
  reminder_changed: {
    status: 409,
    means: "the reminder was changed by others again and again meanwhile; send the request again",
  },
  kept_by_campaign: {
    status: 409,
    means: "a campaign keeps the reminder: what it says is changed there, and it ends with it",
  },
  campaign_stopped: { status: 409, means: "the campaign is stopped, for good" },
  campaign_paused: { status: 409, means: "the campaign is paused" },
  campaign_ringing: { status: 409, means: "an earlier trigger of the campaign is not over yet" },
  campaign_changed: {
    status: 409,
    means: "the campaign was changed by others again and again meanwhile; send the request again",
  },
  nothing_to_skip: { status: 409, means: "the reminder has no occurrence to come" },
  delivery_in_flight: {
    status: 409,
    means: "a worker holds the occurrence's delivery: it may be on its way",
  },
  delivery_not_retriable: { status: 409, means: "the delivery is neither dead nor expired" },
  tenant_exists: { status: 409, means: "there is a tenant with this id" },
  key_shown_once: {
    status: 409,
    means: "the request was done before; the key that it made was shown then and is not kept",
  },
  last_admin_key: { status: 409, means: "the key is the tenant's last admin key" },
  installation_key: { status: 409, means: "the key is the installation's own; its settings hold it" },
  time_zone_set: { status: 409, means: "the zone of the installation's own tenant is a setting" },
  idempotency_running: {
    status: 409,
    means: "the first request with this key is still running; see `Retry-After`",
  },
  idempotency_conflict: {
    status: 409,
    means: "another process has just used this key; send the request again",
  },
  precondition_failed: {
    status: 412,
    means: "`If-Match` does not name the present revision; nothing was changed; `ETag` has the present one",
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
  rate_limited: { status: 429, means: "the key makes too many requests; see `Retry-After`" },
  headers_too_large: { status: 431, means: "the headers are over 16 KiB" },
  internal_error: { status: 500, means: "a fault of Belfry; the log has more under `instance`" },
  too_many_streams: {
    status: 503,
    means: "the server sends as many streams of events as it can; see `Retry-After`",
  },
  store_full: storeProblem("store_full"),
  store_locked: storeProblem("store_locked"),
  store_read_only: storeProblem("store_read_only"),
  store_damaged: storeProblem("store_damaged"),
  store_unreachable: storeProblem("store_unreachable"),
  store_in_use: storeProblem("store_in_use"),
  store_failed: storeProblem("store_failed"),
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
