import { InvalidArgumentError, Option } from "commander";
import { allPages, type Listing, PAGE } from "./all-pages.ts";
import type { CliContext } from "./context.ts";

const DEFAULT_LIMIT = 20;

/** One page of a list, as the API gives it. */
export interface ListPage<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** `--limit`. */
export function pageLimit(): Option {
  return new Option("--limit <number>", `how many to list, 1 to ${PAGE}`)
    .default(DEFAULT_LIMIT)
    .argParser((text) => {
      const limit = Number(text);
      if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE) return limit;
      throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${PAGE}.`);
    });
}

/** What is read of a list. */
export interface PageRequest<Filter> {
  filter: Filter;
  limit: number;
  all?: boolean;
}

/** The first page, or with `all` every page in one; then the key's limit is waited for. */
export async function readPage<Item, Filter extends object>(
  source: Listing<Item, Filter>,
  { filter, limit, all = false }: PageRequest<Filter>,
  context: CliContext,
): Promise<ListPage<Item>> {
  if (!all) return source.list({ ...filter, limit });
  const items: Item[] = [];
  const signal = context.interruption();
  for await (const item of allPages(source, filter, { context, signal })) items.push(item);
  return { items, nextCursor: null };
}

/** Says that a page was not all. */
export function remarkMore({ nextCursor }: ListPage<unknown>, { output }: Pick<CliContext, "output">): void {
  if (nextCursor !== null) output.printRemark("There are more: --all, or a higher --limit.");
}
