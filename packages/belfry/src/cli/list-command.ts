import { Command } from "commander";
import type { Client } from "../client/client.ts";
import type { Listing } from "./all-pages.ts";
import type { CliContext } from "./context.ts";
import { pageLimit, readPage, remarkMore } from "./page.ts";

/** A command that lists everything of one kind. */
export interface ListCommand<Item> {
  name: string;
  description: string;
  afterHelp: string;
  /** The list of the API. */
  source(client: Client): Listing<Item, object>;
  render(items: readonly Item[], context: CliContext): string[];
  /** Said instead of an empty table. */
  nothing: string;
}

interface ListOptions {
  limit: number;
  all?: boolean;
  json?: boolean;
}

/** Makes a command that lists a page, or all, for people or as the API answers. */
export function listingCommand<Item>(listing: ListCommand<Item>, context: CliContext): Command {
  return new Command(listing.name)
    .description(listing.description)
    .addOption(pageLimit())
    .option("--all", "all there are, whatever --limit says")
    .option("--json", "print the answer of the API")
    .addHelpText("after", listing.afterHelp)
    .action((options: ListOptions) => list(listing, options, context));
}

async function list<Item>(
  listing: ListCommand<Item>,
  options: ListOptions,
  context: CliContext,
): Promise<void> {
  const { client } = await context.connect();
  const page = await readPage(listing.source(client), { filter: {}, ...options }, context);
  const { output } = context;
  if (options.json) return output.printJson(page);
  if (page.items.length === 0) return output.printRemark(listing.nothing);
  for (const line of listing.render(page.items, context)) output.print(line);
  remarkMore(page, context);
}
