import { type Command, Option } from "commander";
import { changeText } from "../change-text.ts";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";
import { nextText } from "../reminder-text.ts";
import type { ChangedReminder, Reminder } from "../resources.ts";

const AFTER_HELP = `
Each id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry resume rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry resume rem_01k9yz3t5v8m6n4q2r7s1w0xab --missed none
  belfry list --state paused --all --json | jq -r '.items[].id' | xargs -r belfry resume`;

interface ResumeOptions {
  missed?: Reminder["catchUp"];
}

/** \`belfry resume\`: lets paused reminders ring again. */
export function resumeCommand(context: CliContext): Command {
  return forEachIdCommand<ChangedReminder, ResumeOptions>(
    {
      name: "resume",
      description: "let paused reminders ring again",
      ids: "rem_…",
      afterHelp: AFTER_HELP,
      options: [
        new Option(
          "--missed <policy>",
          "which occurrences of the pause to send now; default: as the reminder's catch-up policy says",
        ).choices(["latest", "all", "none"]),
      ],
      resource: "reminder",
      run: (client, id, { missed }) => client.reminders.resume(id, missed === undefined ? {} : { missed }),
      say: sentence,
    },
    context,
  );
}

/** `Resumed rem_…: it rings in 10 seconds, on …; 1 delivery waits.` */
function sentence(reminder: ChangedReminder, context: CliContext): string {
  const next = reminder.next === null ? "" : `: it rings ${nextText(reminder.next, context)}`;
  return `Resumed ${reminder.id}${next}${changeText(reminder)}.`;
}
