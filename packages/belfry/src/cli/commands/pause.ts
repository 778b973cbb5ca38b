import type { Command } from "commander";
import { changeText } from "../change-text.ts";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";

const AFTER_HELP = `
A paused reminder rings no more until \`belfry resume\`; what was asked for by hand (trigger, snooze) still
rings. What a worker holds at this moment may still arrive. Each id is reported; the exit code is 1 if
any of them failed.

Examples:
  belfry pause rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry list --state active --all --json | jq -r '.items[].id' | xargs -r belfry pause`;

/** \`belfry pause\`: rests reminders. */
export function pauseCommand(context: CliContext): Command {
  return forEachIdCommand(
    {
      name: "pause",
      description: "let reminders rest until they are resumed",
      ids: "rem_…",
      afterHelp: AFTER_HELP,
      resource: "reminder",
      run: (client, id) => client.reminders.pause(id),
      say: (reminder) => `Paused ${reminder.id}${changeText(reminder)}.`,
    },
    context,
  );
}
