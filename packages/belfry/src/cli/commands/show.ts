import { Command } from "commander";
import type { Client } from "../../client/client.ts";
import type { CliContext } from "../context.ts";
import { renderDelivery } from "../delivery-text.ts";
import { usageFailure } from "../exit-code.ts";
import { renderReminder } from "../reminder-text.ts";
import type { DeliveryStory, Reminder } from "../resources.ts";

/** How many deliveries of a reminder tell their story. */
const SHOWN_DELIVERIES = 5;

const AFTER_HELP = `
A reminder is shown with its latest ${SHOWN_DELIVERIES} deliveries, a delivery with its whole story.

Examples:
  belfry show rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry show dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y
  belfry show rem_01k9yz3t5v8m6n4q2r7s1w0xab --json`;

/** \`belfry show\`: one reminder or delivery, with all that is known of it. */
export function showCommand(context: CliContext): Command {
  return new Command("show")
    .description("show a reminder or a delivery, with its story")
    .argument("<id>", "rem_… or dlv_…")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((id: string, options: { json?: boolean }) => show(id, options, context));
}

async function show(id: string, options: { json?: boolean }, context: CliContext): Promise<void> {
  if (!/^(rem|dlv)_/.test(id)) {
    throw usageFailure(`"${id}" is no id; allowed: rem_… or dlv_…`);
  }
  const { client } = await context.connect();
  if (id.startsWith("dlv_")) {
    const delivery = await client.deliveries.get(id);
    if (options.json) return context.output.printJson(delivery);
    return printLines(renderDelivery(delivery, context), context);
  }
  const { reminder, deliveries } = await readReminder(id, client);
  if (options.json) return context.output.printJson({ ...reminder, deliveries });
  const stories = deliveries.flatMap((delivery) => ["", ...renderDelivery(delivery, context)]);
  printLines([...renderReminder(reminder, context), ...stories], context);
  if (deliveries.length === 0) context.output.print("It has no deliveries yet.");
}

async function readReminder(
  id: string,
  client: Client,
): Promise<{ reminder: Reminder; deliveries: DeliveryStory[] }> {
  const reminder = await client.reminders.get(id);
  const { items } = await client.deliveries.list({ reminder: id, limit: SHOWN_DELIVERIES });
  return { reminder, deliveries: await Promise.all(items.map((item) => client.deliveries.get(item.id))) };
}

function printLines(lines: readonly string[], { output }: CliContext): void {
  for (const line of lines) output.print(line);
}
