import { hash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { hashOfKey } from "../../domain/api-key.ts";
import { NotFoundError } from "../../domain/errors.ts";
import { matchesEntityTag } from "../if-none-match.ts";
import { CALENDAR_ENDING, CALENDAR_PATH } from "../link-paths.ts";
import { type Operation, pathParameter } from "../operation.ts";
import { STORE_CODES } from "../problem-codes.ts";
import { limitHeaders, rateLimited } from "../rate-limit-headers.ts";
import type { AppContext } from "../request.ts";
import { textOf } from "../schemas/field.ts";
import { calendarText } from "../views/calendar-text.ts";
import type { RouteDeps } from "./route-deps.ts";

const CALENDAR_TYPE = "text/calendar; charset=utf-8";
/** Calendar programs ask every few minutes to hours; one that asks sooner may take what it has. */
const CACHE_CONTROL = "private, max-age=300";

const params = z.object({
  file: textOf(
    "what makes the address unguessable, and `.ics`",
    "6TfRw0cVbN3mKq8ZsX1yLhJd5GpA2eUoI7tYrEWQ.ics",
  ),
});
const ifNoneMatch = z
  .string()
  .openapi({ description: "the `ETag` of what the caller has already: 304 if it is so still" })
  .optional();

/** A recipient's calendar, for whoever has its address: calendar programs know no keys. */
export function calendarFeedRoute({ engine, access }: RouteDeps): Operation {
  return {
    method: "get",
    path: `${CALENDAR_PATH}/{file}`,
    operationId: "readCalendar",
    summary:
      "Read a recipient's calendar by its address: what Belfry will send to them, and their own events",
    tag: "calendar",
    scope: null,
    params,
    headers: { "If-None-Match": ifNoneMatch },
    answers: {
      200: {
        description: "the calendar",
        others: { "text/calendar": z.string().openapi({ description: "iCalendar (RFC 5545)" }) },
        headers: ["etag"],
      },
      304: { description: "it is as the caller has it", headers: ["etag"] },
    },
    problems: ["rate_limited", ...STORE_CODES],
    handle: async (context) => {
      const tokenHash = hashOfKey(tokenIn(context));
      requireRate(access, context, tokenHash);
      const calendar = await engine.readCalendar(tokenHash);
      if (!calendar) throw noCalendar();
      const body = calendarText(calendar);
      const etag = `"${hash("sha256", body).slice(0, 32)}"`;
      const headers = { etag, "cache-control": CACHE_CONTROL };
      if (matchesEntityTag(context.req.header("if-none-match"), etag))
        return { status: 304, body: "", headers };
      return { status: 200, body, headers: { ...headers, "content-type": CALENDAR_TYPE } };
    },
  };
}

/** @throws NotFoundError that does not repeat the address, which may be right but for a letter */
function tokenIn(context: AppContext): string {
  const file = pathParameter(context, "file");
  if (!file.endsWith(CALENDAR_ENDING)) throw noCalendar();
  return file.slice(0, -CALENDAR_ENDING.length);
}

/** An address is limited like a key. @throws HttpProblem 429 */
function requireRate({ limiter }: RouteDeps["access"], context: AppContext, tokenHash: string): void {
  if (!limiter) return;
  const taken = limiter.take(tokenHash);
  context.set("limits", limitHeaders(limiter.limit, taken));
  if (!taken.isAllowed) throw rateLimited(limiter, taken);
}

function noCalendar(): NotFoundError {
  return new NotFoundError("Cannot read the calendar: there is none at this address, or not any more");
}
