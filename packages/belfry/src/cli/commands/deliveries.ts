import { Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { renderDeliveries } from "../delivery-text.ts";
import { pageLimit, readPage, remarkMore } from "../page.ts";
import type { Delivery } from "../resources.ts";

const AFTER_HELP = `
Latest due first. \`belfry show dlv_…\` tells the story of one.

Examples:
  belfry deliveries
  belfry deliveries --reminder rem_01k9yz3t5v8m6n4q2r7s1w0xab
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
    .option("--all", "all there are, whatever --limit says")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: DeliveriesOptions) => deliveries(options, context));
}

function nothing({ reminder, state }: DeliveriesOptions): string {
  const which = `${reminder === undefined ? "" : ` of ${reminder}`}${state === undefined ? "" : ` that is ${state}`}`;
  return which === ""
    ? "There are no deliveries yet: `belfry list` shows what is coming."
    : `There is no delivery${which}.`;
}

async function deliveries(options: DeliveriesOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const { reminder, state } = options;
  const filter = { ...(reminder && { reminder }), ...(state && { state }) };
  const page = await readPage(client.deliveries, { filter, ...options }, context);
  const { output } = context;
  if (options.json) return output.printJson(page);
  if (page.items.length === 0) return output.printRemark(nothing(options));
  for (const line of renderDeliveries(page.items, context)) output.print(line);
  remarkMore(page, context);
}
