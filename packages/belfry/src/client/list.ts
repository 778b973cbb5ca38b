import type { PageResource } from "../http/schemas/page.ts";
import type { Transport } from "./transport.ts";

/** Which page of a list. */
export interface PageOptions {
  /** 1 to 100. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

/** The methods of a list: one page, or everything page by page. */
export function listOf<Item, Filter extends object>(send: Transport, path: string) {
  const list = (query: Filter & PageOptions = {} as Filter & PageOptions): Promise<PageResource<Item>> =>
    send<PageResource<Item>>({ method: "GET", path, query: { ...query } });
  /** Every item of every page, page by page as they are asked for. */
  async function* all(query: Filter & PageOptions = {} as Filter & PageOptions): AsyncGenerator<Item, void> {
    let page = await list(query);
    yield* page.items;
    while (page.nextCursor !== null) {
      page = await list({ ...query, cursor: page.nextCursor });
      yield* page.items;
    }
  }
  return { list, all };
}
