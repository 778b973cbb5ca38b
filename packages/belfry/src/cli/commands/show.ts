import { Command } from "commander";
import type { Client } from "../../client/client.ts";
import type { CliContext } from "../context.ts";
import { countsText, type DeliveryDigest, digestDeliveries, isSettled } from "../delivery-digest.ts";
import { renderDeliveries, renderDelivery } from "../delivery-text.ts";
import { usageFailure } from "../exit-code.ts";
import { renderReminder } from "../reminder-text.ts";
import type { Delivery, DeliveryStory } from "../resources.ts";

/** How many deliveries of a reminder tell their story, and how many of those to come are listed. */
const SHOWN_DELIVERIES = 5;

const AFTER_HELP = `
A reminder is shown with the latest ${SHOWN_DELIVERIES} deliveries that are settled, each with its story, then with the next ${SHOWN_DELIVERIES}
that wait, and how many there are of each state. A delivery is shown with its whole story.

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
  await showReminder(id, options, context);
}

async function showReminder(id: string, { json }: { json?: boolean }, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const reminder = await client.reminders.get(id);
  const digest = await digestDeliveries(id, client);
  const settled = await readStories(digest.settled, client);
  if (json) {
    const deliveries = [...settled, ...(await readStories(digest.waiting, client))];
    return context.output.printJson({ ...reminder, deliveries, deliveryCounts: digest.counts });
  }
  printLines(renderReminder(reminder, context), context);
  if (digest.counts.length === 0) return context.output.print("It has no deliveries yet.");
  printLines([...settledLines(settled, digest, context), ...waitingLines(id, digest, context)], context);
}

function readStories(deliveries: readonly Delivery[], client: Client): Promise<DeliveryStory[]> {
  return Promise.all(deliveries.slice(0, SHOWN_DELIVERIES).map(({ id }) => client.deliveries.get(id)));
}

function settledLines(
  stories: readonly DeliveryStory[],
  { counts }: DeliveryDigest,
  context: CliContext,
): string[] {
  const text = countsText(counts.filter(isSettled)) || "nothing yet";
  const heading = context.output.paint("strong", `settled: ${text}`);
  return ["", heading, ...stories.flatMap((story) => ["", ...renderDelivery(story, context)])];
}

function waitingLines(id: string, { waiting, counts }: DeliveryDigest, context: CliContext): string[] {
  const text = countsText(counts.filter((count) => !isSettled(count)));
  if (text === "") return [];
  const heading = context.output.paint("strong", `waiting: ${text}`);
  const table = renderDeliveries(waiting.slice(0, SHOWN_DELIVERIES), context);
  const isAll = waiting.length <= SHOWN_DELIVERIES;
  return [
    "",
    heading,
    "",
    ...table,
    ...(isAll ? [] : [`… all of them: belfry deliveries --reminder ${id} --all`]),
  ];
}

function printLines(lines: readonly string[], { output }: CliContext): void {
  for (const line of lines) output.print(line);
}
