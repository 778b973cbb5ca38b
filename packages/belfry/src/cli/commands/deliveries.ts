import { Command } from "commander";
import type { CliContext } from "../context.ts";
import {
  addDeliveryFilter,
  type DeliveryChoice,
  deliveryFilterOf,
  deliveryStateOption,
} from "../delivery-filter.ts";
import { renderDeliveries } from "../delivery-text.ts";
import { pageLimit, readPage, remarkMore } from "../page.ts";

const AFTER_HELP = `
Latest due first. \`belfry show dlv_…\` tells the story of one. Times without offset are on the clocks of this
machine. Of some filters a page looks at so many deliveries and no more: it may hold fewer than --limit, even
none, though more follow; --all goes on to the end.

Examples:
  belfry deliveries
  belfry deliveries --reminder rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry deliveries --recipient rcp_01k9yz3t5v8m6n4q2r7s1w0xab --since 7d
  belfry deliveries --state dead --error timeout --all`;

interface DeliveriesOptions extends DeliveryChoice {
  limit: number;
  all?: boolean;
  json?: boolean;
}

/** \`belfry deliveries\`: what was sent, or is about to be. */
export function deliveriesCommand(context: CliContext): Command {
  const command = new Command("deliveries").description("list deliveries").addOption(deliveryStateOption());
  return addDeliveryFilter(command, context)
    .addOption(pageLimit())
    .option("--all", "all there are, whatever --limit says")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: DeliveriesOptions) => deliveries(options, context));
}

function nothing(options: DeliveriesOptions): string {
  const { reminder, state } = options;
  const which = `${reminder === undefined ? "" : ` of ${reminder}`}${state === undefined ? "" : ` that is ${state}`}`;
  const isFiltered = Object.keys(deliveryFilterOf(options)).length > 0;
  if (isFiltered && which === "") return "There is no such delivery.";
  return which === ""
    ? "There are no deliveries yet: `belfry list` shows what is coming."
    : `There is no delivery${which}.`;
}

async function deliveries(options: DeliveriesOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const page = await readPage(client.deliveries, { filter: deliveryFilterOf(options), ...options }, context);
  const { output } = context;
  if (options.json) return output.printJson(page);
  if (page.items.length === 0) return output.printRemark(nothing(options));
  for (const line of renderDeliveries(page.items, context)) output.print(line);
  remarkMore(page, context);
}
