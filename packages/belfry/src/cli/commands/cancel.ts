import type { Command } from "commander";
import { ApiError } from "../../client/api-error.ts";
import type { Client } from "../../client/client.ts";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";
import type { CancelledReminder, Reminder } from "../resources.ts";
import { distance } from "../time-text.ts";

const AFTER_HELP = `
What waits is not sent any more; what a worker holds at this moment may still arrive. Each id is
reported; the exit code is 1 if any of them failed.

Examples:
  belfry cancel rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry cancel rem_01k9yz3t5v8m6n4q2r7s1w0xab rem_01k9yz3t5v8m6n4q2s3c5d7ef
  belfry list --state active --all --json | jq -r '.items[].id' | xargs -r belfry cancel`;

/** \`belfry cancel\`: ends reminders. */
export function cancelCommand(context: CliContext): Command {
  return forEachIdCommand(
    {
      name: "cancel",
      description: "cancel reminders",
      ids: "rem_…",
      afterHelp: AFTER_HELP,
      resource: "reminder",
      run: cancel,
      say: sentence,
    },
    context,
  );
}

/** The answer to a second cancellation is that to the first, so who asks must have looked before. */
async function cancel(client: Client, id: string): Promise<CancelledReminder & { wasCancelled?: true }> {
  const state = await stateOf(client, id);
  const cancelled = await client.reminders.cancel(id);
  return state === "cancelled" ? { ...cancelled, wasCancelled: true } : cancelled;
}

/** Null if the key may write and not read. */
async function stateOf(client: Client, id: string): Promise<Reminder["state"] | null> {
  try {
    return (await client.reminders.get(id)).state;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}

/** `Cancelled rem_…; 1 delivery will not be sent; 1 is being sent and may still arrive.` */
function sentence(reminder: CancelledReminder & { wasCancelled?: true }, { now }: CliContext): string {
  const { id, state, cancelled, inFlight } = reminder;
  const stillArrives = inFlight > 0 ? `${inFlight} being sent may still arrive` : "";
  if (reminder.wasCancelled) {
    const since = distance(reminder.updatedAt, now());
    return `${id} was cancelled already, ${since}; ${stillArrives || "there was nothing left to cancel"}.`;
  }
  if (state !== "cancelled") return `${id} is ${state}: there was nothing left to cancel.`;
  const waiting = cancelled > 0 ? `${cancelled} waiting will not be sent` : "";
  return `${[`Cancelled ${id}`, waiting, stillArrives].filter((part) => part !== "").join("; ")}.`;
}
