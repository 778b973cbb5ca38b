import { type Command, Option } from "commander";
import type { Client } from "../../client/client.ts";
import { changeText } from "../change-text.ts";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";
import { forEachIdCommand } from "../id-command.ts";
import { nextText } from "../reminder-text.ts";
import type { SkippedReminder } from "../resources.ts";
import { parseTime } from "../schedule-options.ts";
import { longTime } from "../time-text.ts";

const AFTER_HELP = `
The others ring as before. --occurrence takes a nominal time, what the rule itself says, as \`belfry preview\`
shows it, an instant with its offset, or the clocks of the rule's own zone. What a worker holds already cannot
be skipped. Of a delivery, what it tells of is left out if it still waits, else the next one of its
reminder. Each id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry skip rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry skip dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y
  belfry skip rem_01k9yz3t5v8m6n4q2r7s1w0xab --occurrence "2026-12-24 09:00"`;

interface SkipOptions {
  occurrence?: string;
}

/** \`belfry skip\`: takes an occurrence out of reminders. */
export function skipCommand(context: CliContext): Command {
  const command = forEachIdCommand<SkippedReminder, SkipOptions>(
    {
      name: "skip",
      description: "leave the next occurrence of reminders out, or another one",
      ids: "rem_…, or dlv_… for the reminder of a delivery",
      afterHelp: AFTER_HELP,
      options: [
        new Option(
          "--occurrence <nominal>",
          "which one, by its nominal time: 2026-12-24T09:00; default: the next",
        ).argParser(parseTime),
      ],
      resource: "reminder",
      run: skip,
      say: sentence,
    },
    context,
  );
  return command.hook("preAction", (_program, { args }) => checkUsage(args, command.opts()));
}

function checkUsage(ids: readonly string[], { occurrence }: SkipOptions): void {
  if (occurrence === undefined || !ids.some(isDelivery)) return;
  throw usageFailure(
    "--occurrence names one of a reminder; a delivery is of one already: leave it out, or give rem_…",
  );
}

function isDelivery(id: string): boolean {
  return id.startsWith("dlv_");
}

function skip(client: Client, id: string, { occurrence }: SkipOptions): Promise<SkippedReminder> {
  if (isDelivery(id)) return client.deliveries.skip(id);
  return client.reminders.skip(id, occurrence === undefined ? {} : { occurrence });
}

/** `Skipped Tue 24 Nov 2026 09:30:00 CET of rem_…; then it rings in 2 days, on …; 1 waiting will not be sent.` */
function sentence(reminder: SkippedReminder, context: CliContext): string {
  const { id, next, skipped } = reminder;
  const then = next === null ? "it rings no more" : `it rings ${nextText(next, context)}`;
  return `Skipped ${longTime(skipped.due, context.timeZone)} of ${id}; ${then}${changeText(reminder)}.`;
}
