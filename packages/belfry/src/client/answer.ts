import { ApiError, UnreachableError } from "./api-error.ts";

/** An answer's body as JSON; null if it is empty or something else. @throws UnreachableError if it breaks off */
export async function readBody(response: Response, base: string): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw new UnreachableError(base, error);
  });
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a server says when it refuses, as an error. */
export function refusalOf({ status, headers }: Response, body: unknown): ApiError {
  const retryAfterMs = readRetryAfter(headers.get("retry-after"));
  if (typeof body === "object" && body !== null && "code" in body && "detail" in body) {
    return new ApiError(body as ConstructorParameters<typeof ApiError>[0], retryAfterMs);
  }
  const detail = `The server answered ${status} without a reason`;
  return new ApiError({ status, code: "unknown", detail }, retryAfterMs);
}

/** Belfry speaks of seconds; a date (RFC 9110, 10.2.3) is what a proxy may say, and is left alone. */
function readRetryAfter(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
}
