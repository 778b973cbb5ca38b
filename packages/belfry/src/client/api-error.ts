import type { FieldError, Problem } from "../http/schemas/problem.ts";

/** The server's refusal: what it said, in its own words. */
export class ApiError extends Error {
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  readonly detail: string;
  /** Every field that is wrong; empty if the refusal is about something else. */
  readonly errors: readonly FieldError[];
  /** After how long to come back, if the server says so. */
  readonly retryAfterMs: number | null;

  constructor(
    problem: Pick<Problem, "status" | "code" | "detail" | "errors">,
    retryAfterMs: number | null = null,
  ) {
    super(problem.detail);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came: nothing listens there, or the connection broke. */
export class UnreachableError extends Error {
  constructor(url: string, cause: unknown) {
    super(`Cannot reach Belfry at ${url}: ${reasonOf(cause)}`, { cause });
    this.name = "UnreachableError";
  }
}

/** The system's code of a failed `fetch`, such as ECONNREFUSED; it stands on the innermost cause. */
export function connectionCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return connectionCode(error.cause);
}

function reasonOf(error: unknown): string {
  const code = connectionCode(error);
  if (code === "ECONNREFUSED") return "nothing listens there; is the server running?";
  if (code === "ENOTFOUND") return "there is no such host";
  return code ?? (error instanceof Error ? error.message : String(error));
}
