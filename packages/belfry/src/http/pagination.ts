import { z } from "@hono/zod-openapi";
import type { Page } from "../store/store.ts";
import { type Answer, type AppContext, jsonAnswer } from "./request.ts";
import { field } from "./schemas/field.ts";
import { DEFAULT_PAGE_LIMIT, MAX_PAGE_LIMIT } from "./schemas/page.ts";

/** The query parameters of every list. */
export const pageQuery = {
  limit: field(
    z
      .string()
      .regex(/^(?:[1-9]\d?|100)$/)
      .openapi({ type: "integer", minimum: 1, maximum: MAX_PAGE_LIMIT, default: DEFAULT_PAGE_LIMIT }),
    `a whole number from 1 to ${MAX_PAGE_LIMIT}`,
    "how many on a page",
  ).optional(),
  cursor: field(z.string().min(1).max(512), "`nextCursor` of the page before", "which page").optional(),
};

/** The store's request for the page that a query asks for. */
export function pageRequest(
  tenantId: string,
  query: { limit?: string | undefined; cursor?: string | undefined },
) {
  const limit = query.limit === undefined ? DEFAULT_PAGE_LIMIT : Number(query.limit);
  return { tenantId, limit, after: query.cursor };
}

/** One page, with a `Link` to the next. */
export function pageAnswer<Item>(
  context: AppContext,
  page: Page<Item>,
  show: (item: Item) => unknown,
): Answer {
  const nextCursor = page.nextCursor ?? null;
  const body = { items: page.items.map(show), nextCursor };
  return jsonAnswer(200, body, nextLink(context, nextCursor));
}

/** The header that names the next page; none on the last one. */
export function nextLink(context: AppContext, nextCursor: string | null): Record<string, string> | undefined {
  if (nextCursor === null) return undefined;
  const next = new URLSearchParams(context.req.query());
  next.set("cursor", nextCursor);
  return { link: `<${context.req.path}?${next}>; rel="next"` };
}
