import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { pageLimit, readPage, remarkMore } from "../page.ts";
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

interface InboxOptions {
  limit: number;
  all?: boolean;
  json?: boolean;
}

/** \`belfry inbox\`: what has arrived in the inbox. */
export function inboxCommand(context: CliContext): Command {
  return new Command("inbox")
    .description("list what has arrived in the inbox")
    .addOption(pageLimit())
    .option("--all", "all there is, whatever --limit says")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: InboxOptions) => inbox(options, context));
}

async function inbox(options: InboxOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const page = await readPage(client.inbox, {}, options);
  const { output } = context;
  if (options.json) return output.printJson(page);
  if (page.items.length === 0)
    return output.printRemark('The inbox is empty. Put something into it: belfry add "Stretch" --in 10s');
  for (const line of renderMessages(page.items, context)) output.print(line);
  remarkMore(page, context);
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
