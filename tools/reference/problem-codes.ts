import { MAX_BATCH_BYTES, MAX_BODY_BYTES } from "../../packages/belfry/src/http/body.ts";
import type { ScheduleErrorCode } from "../../packages/belfry/src/time/schedule-error.ts";
import type { OperationDocument } from "./document.ts";

/** One `code` of a problem: what it means and which operations answer with it. */
export interface ProblemCode {
  code: string;
  status: number;
  means: string;
  /** Undefined for what may befall any request. */
  of?: (operation: OperationDocument) => boolean;
}

const needsKey = ({ security }: OperationDocument): boolean => security.length > 0;
const isOneOf =
  (...ids: string[]) =>
  ({ operationId }: OperationDocument): boolean =>
    ids.includes(operationId);
const has = (place: "path" | "query" | "header") => {
  return ({ parameters = [] }: OperationDocument): boolean => parameters.some(({ in: at }) => at === place);
};
const mayRepeat = has("header");
const readsBody = (operation: OperationDocument): boolean =>
  mayRepeat(operation) || operation.requestBody !== undefined;
const takesInput = (operation: OperationDocument): boolean => readsBody(operation) || has("query")(operation);
/** A batch itself is not refused for them: they stand in the result of an item. */
const readsSchedule = isOneOf("createReminder", "previewSchedule");
const acceptsSchedule = isOneOf("createReminder");

/** A record, so that the compiler misses no code of a schedule. */
const SCHEDULE_CODES: Record<ScheduleErrorCode, Pick<ProblemCode, "means" | "of">> = {
  invalid_schedule: {
    means: "the schedule is malformed, or its fields do not go together",
    of: readsSchedule,
  },
  impossible_schedule: { means: "no date will ever match the rule (30 February)", of: readsSchedule },
  unknown_time_zone: { means: "the name is not an IANA time zone", of: readsSchedule },
  missing_date: { means: "the rule names a date that the recipient does not have", of: readsSchedule },
  past_schedule: { means: "the one instant of the schedule is over", of: acceptsSchedule },
  exhausted_schedule: {
    means: "the rule would never fire: its `until` or `count` is used up",
    of: acceptsSchedule,
  },
};

/** Every code that the API answers with; a test compares it with the source. */
export const PROBLEM_CODES: readonly ProblemCode[] = [
  { code: "invalid_input", status: 400, means: "fields are wrong; `errors` names each", of: takesInput },
  ...Object.entries(SCHEDULE_CODES).map(([code, told]) => ({ code, status: 400, ...told })),
  {
    code: "invalid_json",
    status: 400,
    means: "the body is not JSON in UTF-8, or nested too deep",
    of: readsBody,
  },
  { code: "body_incomplete", status: 400, means: "the connection broke inside the body", of: readsBody },
  { code: "bad_request", status: 400, means: "the address or the Host header is broken" },
  { code: "unauthorized", status: 401, means: "the key is missing or not known", of: needsKey },
  { code: "forbidden", status: 403, means: "the key has not the scope for this", of: needsKey },
  { code: "not_found", status: 404, means: "nothing has this id, name or path", of: has("path") },
  { code: "method_not_allowed", status: 405, means: "the path exists but takes other methods; see `Allow`" },
  {
    code: "endpoint_exists",
    status: 409,
    means: "there is an endpoint of this name",
    of: isOneOf("createEndpoint"),
  },
  {
    code: "delivery_not_retriable",
    status: 409,
    means: "the delivery is neither dead nor expired",
    of: isOneOf("retryDelivery"),
  },
  {
    code: "idempotency_running",
    status: 409,
    means: "the first request with this key is still running; see `Retry-After`",
    of: mayRepeat,
  },
  {
    code: "idempotency_conflict",
    status: 409,
    means: "another process has just used this key; send the request again",
    of: mayRepeat,
  },
  {
    code: "body_too_large",
    status: 413,
    means: `the body is over ${MAX_BODY_BYTES / 1024} KiB; that of a batch, over ${MAX_BATCH_BYTES / 1024} KiB`,
    of: readsBody,
  },
  {
    code: "unsupported_media_type",
    status: 415,
    means: "the body is not `application/json` in UTF-8, or is compressed",
    of: readsBody,
  },
  {
    code: "idempotency_key_reused",
    status: 422,
    means: "the `Idempotency-Key` was used for another request",
    of: mayRepeat,
  },
  { code: "internal_error", status: 500, means: "a fault of Belfry; the log has more under `instance`" },
  { code: "store_failed", status: 503, means: "the store is not available; see `Retry-After`" },
];
