import type { CliContext } from "./context.ts";
import { CommandFailure, EXIT_CODES } from "./exit-code.ts";
import type { ListPage } from "./page.ts";
import { patiently } from "./patience.ts";

/** Items in one call: as many as a page may hold. */
export const PAGE = 100;

/** A list of the API, page by page. */
export interface Listing<Item, Filter> {
  list(query: Filter & { limit: number; cursor?: string }): Promise<ListPage<Item>>;
}

/**
 * Every item of every page, however often the key's limit is reached on the way.
 *
 * @throws CommandFailure if it is broken off, ApiError, UnreachableError
 */
export async function* allPages<Item, Filter extends object>(
  listing: Listing<Item, Filter>,
  filter: Filter,
  patience: { context: CliContext; signal: AbortSignal },
): AsyncGenerator<Item, void> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    if (patience.signal.aborted)
      throw new CommandFailure(EXIT_CODES.failed, "it was broken off before its end");
    const query = { ...filter, limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const page: ListPage<Item> = await patiently(() => listing.list(query), patience);
    yield* page.items;
    cursor = page.nextCursor;
  }
}
