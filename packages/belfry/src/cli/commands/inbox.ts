import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { listingCommand } from "../list-command.ts";
import { messageText } from "../reminder-text.ts";
import type { InboxMessage } from "../resources.ts";
import { renderTable } from "../table.ts";
import { shortTime } from "../time-text.ts";

const AFTER_HELP = `
Latest first. What is sent nowhere else goes to the inbox; it also shows in the terminal of \`belfry
start\`.

Examples:
  belfry inbox
  belfry inbox --limit 100
  belfry inbox --all --json | jq -r '.items[].content.text'`;

/** \`belfry inbox\`: what has arrived in the inbox. */
export function inboxCommand(context: CliContext): Command {
  return listingCommand(
    {
      name: "inbox",
      description: "list what has arrived in the inbox",
      afterHelp: AFTER_HELP,
      source: (client) => client.inbox,
      render: renderMessages,
      nothing: 'The inbox is empty. Put something into it: belfry add "Stretch" --in 10s',
    },
    context,
  );
}

function renderMessages(messages: readonly InboxMessage[], { output, timeZone }: CliContext): string[] {
  return renderTable<InboxMessage>(
    [
      { title: "RECEIVED", text: (one) => shortTime(one.receivedAt, timeZone) },
      { title: "MESSAGE", text: (one) => messageText(one.content), shrinks: true, atLeast: 20 },
      { title: "REMINDER", text: (one) => one.reminderId },
    ],
    messages,
    output.width,
  );
}
