import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";

const AFTER_HELP = `
A delivery keeps its id, so that a receiver recognises it. Each id is reported; the exit code is 1 if
any of them failed.

Examples:
  belfry retry dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y
  belfry deliveries --state dead --all --json | jq -r '.items[].id' | xargs -r belfry retry`;

/** \`belfry retry\`: sends dead and expired deliveries again. */
export function retryCommand(context: CliContext): Command {
  return forEachIdCommand(
    {
      name: "retry",
      description: "send dead or expired deliveries again",
      ids: "dlv_…",
      afterHelp: AFTER_HELP,
      resource: "delivery",
      run: (client, id) => client.deliveries.retry(id),
      say: (delivery) => `Sending ${delivery.id} again.`,
    },
    context,
  );
}
