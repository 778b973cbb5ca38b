import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { runForEach } from "../each.ts";

const AFTER_HELP = `
A delivery keeps its id, so that a receiver recognises it. Each id is reported; the exit code is 1 if
any of them failed.

Examples:
  belfry retry dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y
  belfry deliveries --state dead --all --json | jq -r '.items[].id' | xargs -r belfry retry`;

/** \`belfry retry\`: sends dead and expired deliveries again. */
export function retryCommand(context: CliContext): Command {
  return new Command("retry")
    .description("send dead or expired deliveries again")
    .argument("<ids...>", "dlv_…")
    .option("--json", "print the answers of the API")
    .addHelpText("after", AFTER_HELP)
    .action(async (ids: string[], options: { json?: boolean }) => {
      const { client } = await context.connect();
      await runForEach(
        ids,
        { action: "retry", resource: "delivery", json: options.json ?? false, context },
        {
          run: (id) => client.deliveries.retry(id),
          say: (delivery) => `Sending ${delivery.id} again.`,
        },
      );
    });
}
