import {
  ConflictError,
  type InputIssue,
  InvalidInputError,
  NotFoundError,
  StoreError,
} from "../domain/errors.ts";
import { ScheduleError } from "../time/schedule-error.ts";
import { HttpProblem } from "./http-problem.ts";
import { detailOf, predicateOf } from "./issue-text.ts";
import { STORE_REASONS } from "./problem-codes.ts";
import type { LimitHeaders } from "./rate-limit-headers.ts";
import { respond } from "./request.ts";
import type { FieldError, Problem } from "./schemas/problem.ts";
import { shownText, shownValue } from "./shown-value.ts";

/** Whoever sends thousands of unknown fields does not get thousands of errors. */
const MAX_ERRORS = 50;

export const PROBLEM_TYPE = "application/problem+json";

const TITLES: Readonly<Record<number, string>> = {
  400: "The request is not right",
  401: "A key is needed",
  403: "The key may not do this",
  404: "There is no such thing",
  405: "The method is not allowed here",
  409: "The request does not fit the present state",
  412: "The condition does not hold",
  413: "The request is too large",
  415: "The media type is not supported",
  422: "The Idempotency-Key was used for another request",
  429: "The key makes too many requests",
  500: "Something went wrong inside Belfry",
  503: "Belfry cannot answer now",
};

/** What is said of an error, and with which headers. */
export interface Refusal {
  problem: Problem;
  headers: Readonly<Record<string, string>>;
  /** The error is Belfry's own fault and belongs into the log. */
  isFault: boolean;
}

/** Any error as RFC 9457 tells it. Faults of Belfry itself are told without their insides. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof HttpProblem) {
    const { status, code, message, headers } = error;
    return { problem: problemOf({ status, code, detail: message }), headers, isFault: false };
  }
  if (error instanceof StoreError) return storeRefusal(error);
  const problem = knownProblem(error);
  if (problem) return { problem, headers: {}, isFault: false };
  const detail = "Cannot answer: something went wrong inside Belfry; the log has more under this request id";
  return { problem: problemOf({ status: 500, code: "internal_error", detail }), headers: {}, isFault: true };
}

/** The answer that tells a refusal. */
export function refuse({ problem, headers }: Refusal, requestId: string, limits?: LimitHeaders): Response {
  const body = JSON.stringify({ ...problem, instance: requestId });
  return respond(
    { status: problem.status, body, headers: { ...headers, "content-type": PROBLEM_TYPE } },
    requestId,
    limits,
  );
}

/** Wrong input as the problem of one item, for a batch. */
export function inputProblem({ code, message, issues }: InvalidInputError): Problem {
  return problemOf({ status: 400, code, detail: detailOf(message, issues), issues });
}

/** What became of one item of a batch, as its problem. */
export function problemOfItem(error: InvalidInputError | ConflictError): Problem {
  if (error instanceof InvalidInputError) return inputProblem(error);
  return problemOf({ status: 409, code: error.code, detail: error.message });
}

function storeRefusal(error: StoreError): Refusal {
  const reasons: Readonly<Record<string, string>> = STORE_REASONS;
  const reason = reasons[error.code] ?? STORE_REASONS.store_failed;
  const detail = `Cannot answer now: ${reason}; try again shortly`;
  const problem = problemOf({ status: 503, code: error.code, detail });
  return { problem, headers: { "retry-after": "5" }, isFault: true };
}

function knownProblem(error: unknown): Problem | undefined {
  if (error instanceof InvalidInputError) return inputProblem(error);
  if (error instanceof ScheduleError) {
    // Its paths begin at the schedule, which every request holds under this name.
    const issues = error.issues.map((issue) => ({ ...issue, path: ["schedule", ...issue.path] }));
    return inputProblem(new InvalidInputError(error.message, issues, error.code));
  }
  if (error instanceof NotFoundError)
    return problemOf({ status: 404, code: error.code, detail: error.message });
  if (error instanceof ConflictError)
    return problemOf({ status: 409, code: error.code, detail: error.message });
  return undefined;
}

function problemOf(told: {
  status: number;
  code: string;
  detail: string;
  issues?: readonly InputIssue[];
}): Problem {
  const { status, code, detail, issues = [] } = told;
  const problem: Problem = {
    type: `urn:belfry:problem:${code}`,
    title: TITLES[status] ?? "The request failed",
    status,
    detail: shownText(detail),
    code,
  };
  if (issues.length > 0) problem.errors = issues.slice(0, MAX_ERRORS).map(fieldError);
  return problem;
}

function fieldError(issue: InputIssue): FieldError {
  const { path, value, allowed } = issue;
  const shown = shownValue(path, value);
  return {
    path: path.map((part) => `/${pointerPart(part)}`).join(""),
    field: shownText(String(path.at(-1) ?? "")),
    ...(shown === undefined ? {} : { value: shown }),
    message: shownText(predicateOf(issue)),
    allowed,
  };
}

/** RFC 6901 §3. */
function pointerPart(part: string | number): string {
  return shownText(String(part)).replaceAll("~", "~0").replaceAll("/", "~1");
}
