import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { runForEach } from "../each.ts";
import type { CancelledReminder } from "../resources.ts";

const AFTER_HELP = `
What waits is not sent any more; what a worker holds at this moment may still arrive. Each id is
reported; the exit code is 1 if any of them failed.

Examples:
  belfry cancel rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry cancel rem_01k9yz3t5v8m6n4q2r7s1w0xab rem_01k9yz3t5v8m6n4q2s3c5d7ef
  belfry list --state active --all --json | jq -r '.items[].id' | xargs -r belfry cancel`;

/** \`belfry cancel\`: ends reminders. */
export function cancelCommand(context: CliContext): Command {
  return new Command("cancel")
    .description("cancel reminders")
    .argument("<ids...>", "rem_…")
    .option("--json", "print the answers of the API")
    .addHelpText("after", AFTER_HELP)
    .action(async (ids: string[], options: { json?: boolean }) => {
      const { client } = await context.connect();
      await runForEach(
        ids,
        { action: "cancel", resource: "reminder", json: options.json ?? false, context },
        {
          run: (id) => client.reminders.cancel(id),
          say: sentence,
        },
      );
    });
}

/** `Cancelled rem_…; 1 delivery will not be sent; 1 is being sent and may still arrive.` */
function sentence(reminder: CancelledReminder): string {
  const { id, state, cancelled, inFlight } = reminder;
  if (state !== "cancelled") return `${id} is ${state}: there was nothing left to cancel.`;
  const parts = [
    `Cancelled ${id}`,
    cancelled > 0 ? `${cancelled} waiting will not be sent` : "",
    inFlight > 0 ? `${inFlight} being sent may still arrive` : "",
  ];
  return `${parts.filter((part) => part !== "").join("; ")}.`;
}
