import { z } from "@hono/zod-openapi";

export const DEFAULT_PAGE_LIMIT = 20;
export const MAX_PAGE_LIMIT = 100;

/** One page of a list. */
export interface PageResource<Item> {
  items: Item[];
  /** Give it as `cursor` to get the next page; null on the last one. */
  nextCursor: string | null;
}

/** The schema of one page, as a component of the OpenAPI document. */
export function pageOf<Item extends z.ZodType>(name: string, item: Item) {
  const nextCursor = z
    .string()
    .nullable()
    .openapi({ description: "give it as `cursor` to get the next page; null on the last one" });
  const items = z.array(item).openapi({ description: "in the order of the list" });
  return z.object({ items, nextCursor }).openapi(name);
}
