import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { addRecipientOptions, type RecipientOptions, recipientOf } from "../recipient-options.ts";
import { callOf } from "../recipient-text.ts";

const AFTER_HELP = `
Examples:
  belfry recipients add --external-id u1 --first-name Ada --email ada@example.com --zone Europe/London
  belfry recipients add --name "Bob's phone" --sms +14155552671 --zone local --tag family
  belfry recipients add --external-id u2 --contact telegram=123456789 --birthday 1990-02-28 --quiet 22:00-07:00`;

type AddOptions = RecipientOptions & { idempotencyKey?: string; json?: boolean };

/** \`belfry recipients add\`. */
export function recipientAddCommand(context: CliContext): Command {
  return addRecipientOptions(new Command("add").description("add a recipient"))
    .optionsGroup("Options:")
    .option("--idempotency-key <key>", "makes a repeat of this very command harmless")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: AddOptions) => add(options, context));
}

async function add(options: AddOptions, context: CliContext): Promise<void> {
  const request = recipientOf(options, context.timeZone);
  const { client } = await context.connect();
  const { idempotencyKey } = options;
  const added = await client.recipients.create(
    request,
    idempotencyKey === undefined ? {} : { idempotencyKey },
  );
  const { output } = context;
  if (options.json) return output.printJson(added);
  output.print(`Added ${output.paint("strong", added.id)}: ${callOf(added)}`);
  output.print(
    `Reminders name it so: belfry add "Hello" --in 10s --recipient ${added.externalId ?? added.id}`,
  );
}
