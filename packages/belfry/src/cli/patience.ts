import { ApiError, connectionCode, UnreachableError } from "../client/api-error.ts";
import type { CliContext } from "./context.ts";
import { CLEAR_LINE } from "./progress.ts";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const MOST_FAILURES = 6;

/**
 * Makes a call that is one of many, and makes it again where it only came at the wrong moment: beyond
 * the limit of the key, while the server is busy or away. It must be one that may be made twice.
 *
 * @throws ApiError if the server refuses, UnreachableError if it stays away for about a minute
 */
export async function patiently<Answer>(
  call: () => Promise<Answer>,
  { context, signal }: { context: CliContext; signal: AbortSignal },
): Promise<Answer> {
  let failures = 0;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const waitMs = waitOf(error, failures);
      if (waitMs === null || signal.aborted) throw error;
      if (!isLimited(error)) failures += 1;
      if (context.output.isWatched) context.output.printPrompt(CLEAR_LINE);
      context.output.printRemark(`${reasonOf(error)}; going on in ${Math.ceil(waitMs / 1000)} s.`);
      await context.wait(waitMs, signal);
    }
  }
}

/** The key may only make so many calls; that is no failure, however often it happens. */
function isLimited(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 429;
}

/** How long to wait; null if that does not help. */
function waitOf(error: unknown, failures: number): number | null {
  const ownMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
  if (isLimited(error)) return error.retryAfterMs ?? ownMs;
  if (failures >= MOST_FAILURES) return null;
  if (error instanceof UnreachableError) return ownMs;
  const isBusy = error instanceof ApiError && (error.status >= 500 || error.code === "idempotency_running");
  return isBusy ? (error.retryAfterMs ?? ownMs) : null;
}

function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return `The server answers ${error.status} (${error.code})`;
  const code = error instanceof UnreachableError ? connectionCode(error.cause) : undefined;
  return `The server does not answer${code === undefined ? "" : ` (${code})`}`;
}
