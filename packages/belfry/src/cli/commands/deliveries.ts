import { Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { renderDeliveries } from "../delivery-text.ts";
import { pageLimit, readPage } from "../page.ts";
import type { Delivery } from "../resources.ts";

const AFTER_HELP = `
Latest first. \`belfry show dlv_…\` tells the story of one.

Examples:
  belfry deliveries
  belfry deliveries --reminder rem_01k9yz3t5v8m6n4q2r
  belfry deliveries --state dead --all`;

interface DeliveriesOptions {
  reminder?: string;
  state?: Delivery["state"];
  limit: number;
  all?: boolean;
  json?: boolean;
}

/** \`belfry deliveries\`: what was sent, or is about to be. */
export function deliveriesCommand(context: CliContext): Command {
  const states = ["scheduled", "leased", "retrying", "delivered", "dead", "expired", "cancelled"];
  return new Command("deliveries")
    .description("list deliveries")
    .option("--reminder <id>", "only those of this reminder")
    .addOption(new Option("--state <state>", "only these").choices(states))
    .addOption(pageLimit())
    .option("--all", "every page")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: DeliveriesOptions) => deliveries(options, context));
}

async function deliveries(options: DeliveriesOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const { reminder, state } = options;
  const filter = { ...(reminder && { reminder }), ...(state && { state }) };
  const page = await readPage(client.deliveries, filter, options);
  const { output } = context;
  if (options.json) return output.printJson(page);
  if (page.items.length === 0)
    return output.print("There are no deliveries yet: `belfry list` shows what is coming.");
  for (const line of renderDeliveries(page.items, context)) output.print(line);
  if (page.nextCursor !== null)
    output.print(output.paint("faint", "There are more: --all, or a higher --limit."));
}
