import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { addSecretOptions, type SecretOptions, secretsOf } from "../endpoint-secrets.ts";

const AFTER_HELP = `
Without a secret of its own, the installation's secrets sign what is sent to it.

Examples:
  belfry endpoints add billing https://example.com/hooks
  belfry endpoints add billing https://example.com/hooks --generate-secret
  belfry endpoints add billing https://example.com/hooks --secret-file billing.secret`;

type AddOptions = SecretOptions & { json?: boolean };

/** \`belfry endpoints add\`. */
export function endpointAddCommand(context: CliContext): Command {
  const command = new Command("add")
    .description("name a webhook destination")
    .argument("<name>", "how reminders name it: billing")
    .argument("<url>", "where its deliveries are posted");
  return addSecretOptions(command)
    .optionsGroup("Options:")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((name: string, url: string, options: AddOptions) => add({ name, url }, options, context));
}

async function add(
  endpoint: { name: string; url: string },
  options: AddOptions,
  context: CliContext,
): Promise<void> {
  const { secrets, generated } = await secretsOf(options, context);
  const { client } = await context.connect();
  const added = await client.endpoints.create({ ...endpoint, ...(secrets && { secrets }) });
  const { output } = context;
  if (options.json) return output.printJson({ ...added, ...(generated && { secret: generated }) });
  output.print(`Added ${output.paint("strong", added.name)}: ${added.url}`);
  output.print(`Reminders name it so: belfry add "Paid" --in 10s --endpoint ${added.name}`);
  if (generated) output.print(`Its secret, shown this once: ${generated}`);
}
