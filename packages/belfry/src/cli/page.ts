import { InvalidArgumentError, Option } from "commander";
import type { CliContext } from "./context.ts";

const DEFAULT_LIMIT = 20;
const HIGHEST_LIMIT = 100;

/** One page of a list, as the API gives it. */
export interface ListPage<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** A list of the API: page by page, or all of it. */
export interface PagedList<Item, Filter> {
  list(query: Filter & { limit?: number }): Promise<ListPage<Item>>;
  all(query: Filter & { limit?: number }): AsyncIterable<Item>;
}

/** `--limit`. */
export function pageLimit(): Option {
  return new Option("--limit <number>", `how many to list, 1 to ${HIGHEST_LIMIT}`)
    .default(DEFAULT_LIMIT)
    .argParser((text) => {
      const limit = Number(text);
      if (Number.isInteger(limit) && limit >= 1 && limit <= HIGHEST_LIMIT) return limit;
      throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${HIGHEST_LIMIT}.`);
    });
}

/** The first page, or with `all` every page in one. */
export async function readPage<Item, Filter extends object>(
  source: PagedList<Item, Filter>,
  filter: Filter,
  options: { limit: number; all?: boolean },
): Promise<ListPage<Item>> {
  if (!options.all) return source.list({ ...filter, limit: options.limit });
  const items: Item[] = [];
  for await (const item of source.all({ ...filter, limit: HIGHEST_LIMIT })) items.push(item);
  return { items, nextCursor: null };
}

/** Says that a page was not all. */
export function remarkMore({ nextCursor }: ListPage<unknown>, { output }: Pick<CliContext, "output">): void {
  if (nextCursor !== null) output.printRemark("There are more: --all, or a higher --limit.");
}
