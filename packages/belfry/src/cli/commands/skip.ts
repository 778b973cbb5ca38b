import { type Command, Option } from "commander";
import { changeText } from "../change-text.ts";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";
import { nextText } from "../reminder-text.ts";
import type { SkippedReminder } from "../resources.ts";
import { parseTime } from "../schedule-options.ts";
import { longTime } from "../time-text.ts";

const AFTER_HELP = `
The others ring as before. --occurrence takes a nominal time, what the rule itself says, as \`belfry preview\`
shows it, an instant with its offset, or the clocks of the rule's own zone. What a worker holds already cannot
be skipped. Each id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry skip rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry skip rem_01k9yz3t5v8m6n4q2r7s1w0xab --occurrence "2026-12-24 09:00"`;

interface SkipOptions {
  occurrence?: string;
}

/** \`belfry skip\`: takes an occurrence out of reminders. */
export function skipCommand(context: CliContext): Command {
  return forEachIdCommand<SkippedReminder, SkipOptions>(
    {
      name: "skip",
      description: "leave the next occurrence of reminders out, or another one",
      ids: "rem_…",
      afterHelp: AFTER_HELP,
      options: [
        new Option(
          "--occurrence <nominal>",
          "which one, by its nominal time: 2026-12-24T09:00; default: the next",
        ).argParser(parseTime),
      ],
      resource: "reminder",
      run: (client, id, { occurrence }) =>
        client.reminders.skip(id, occurrence === undefined ? {} : { occurrence }),
      say: sentence,
    },
    context,
  );
}

/** `Skipped Tue 24 Nov 2026 09:30:00 CET of rem_…; then it rings in 2 days, on …; 1 waiting will not be sent.` */
function sentence(reminder: SkippedReminder, context: CliContext): string {
  const { id, next, skipped } = reminder;
  const then = next === null ? "it rings no more" : `it rings ${nextText(next, context)}`;
  return `Skipped ${longTime(skipped.due, context.timeZone)} of ${id}; ${then}${changeText(reminder)}.`;
}
