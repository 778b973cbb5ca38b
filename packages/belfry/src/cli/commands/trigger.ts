import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";

const AFTER_HELP = `
Rings once, besides the rule, which goes on as before; also reminders that are paused or finished. Each
id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry trigger rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry trigger rem_01k9yz3t5v8m6n4q2r7s1w0xab --json | jq -r '.results[].delivery.id'`;

/** \`belfry trigger\`: rings reminders now. */
export function triggerCommand(context: CliContext): Command {
  return forEachIdCommand(
    {
      name: "trigger",
      description: "ring reminders once now, besides their rule",
      ids: "rem_…",
      afterHelp: AFTER_HELP,
      resource: "delivery",
      run: (client, id) => client.reminders.trigger(id),
      say: ({ id, reminderId }) => `Ringing ${reminderId} now, as ${id}.`,
    },
    context,
  );
}
