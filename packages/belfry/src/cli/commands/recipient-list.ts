import { Command } from "commander";
import type { Client } from "../../client/client.ts";
import type { Listing } from "../all-pages.ts";
import type { CliContext } from "../context.ts";
import { pageLimit, readPage, remarkMore } from "../page.ts";
import {
  addRecipientFilter,
  type RecipientFilterOptions,
  recipientFilterOf,
} from "../recipient-filter-options.ts";
import { renderRecipients } from "../recipient-text.ts";
import type { Recipient, RecipientFilter } from "../resources.ts";

const AFTER_HELP = `
The oldest first. Those without channels of their choice are reached by every address that they have.

Examples:
  belfry recipients list --tag vip
  belfry recipients list --attribute plan=gold --search ada
  belfry recipients list --all --json | jq -r '.items[].addresses.email'`;

type ListOptions = RecipientFilterOptions & { limit: number; all?: boolean; json?: boolean };

/** \`belfry recipients list\`. */
export function recipientListCommand(context: CliContext): Command {
  return addRecipientFilter(new Command("list").description("list recipients"))
    .addOption(pageLimit())
    .option("--all", "all there are, whatever --limit says")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: ListOptions) => list(options, context));
}

async function list(options: ListOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const filter = recipientFilterOf(options);
  const page = await readPage(filling(client.recipients), { filter, ...options }, context);
  const { output } = context;
  if (options.json) return output.printJson(page);
  if (page.items.length === 0) return output.printRemark(nothing(filter));
  for (const line of renderRecipients(page.items, context)) output.print(line);
  remarkMore(page, context);
}

/** The same list with full pages: one that is filtered may have fewer items on a page than were asked for. */
function filling({ list }: Pick<Client["recipients"], "list">): Listing<Recipient, RecipientFilter> {
  return {
    list: async (query) => {
      let page = await list(query);
      const items = [...page.items];
      while (page.nextCursor !== null && items.length < query.limit) {
        page = await list({ ...query, limit: query.limit - items.length, cursor: page.nextCursor });
        items.push(...page.items);
      }
      return { items, nextCursor: page.nextCursor };
    },
  };
}

function nothing(filter: object): string {
  if (Object.keys(filter).length > 0) return "No recipient is like that.";
  return "There are no recipients. Add one: belfry recipients add --first-name Ada --email ada@example.com";
}
