import { Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { addSecretOptions, type SecretOptions, secretsOf } from "../endpoint-secrets.ts";
import { renderEndpoint } from "../endpoint-text.ts";
import { usageFailure } from "../exit-code.ts";

const AFTER_HELP = `
What is not given stays as it is. Secrets are replaced all at once: to go over to a new one without a
gap, give the old and the new in one file first, and the new alone once the receiver knows it.

Examples:
  belfry endpoints edit billing --url https://example.com/v2/hooks
  belfry endpoints edit billing --state off
  belfry endpoints edit billing --generate-secret`;

type EditOptions = SecretOptions & { url?: string; state?: "on" | "off"; json?: boolean };

/** \`belfry endpoints edit\`. */
export function endpointEditCommand(context: CliContext): Command {
  const command = new Command("edit")
    .description("change the URL, the state or the secrets of an endpoint")
    .argument("<name>", "the name of the endpoint")
    .optionsGroup("What to change:")
    .option("--url <url>", "where its deliveries are posted")
    .addOption(new Option("--state <state>", "off: deliveries to it fail for good").choices(["on", "off"]));
  return addSecretOptions(command)
    .addOption(
      new Option("--drop-secrets", "from now on the installation's secrets sign").conflicts([
        "secretFile",
        "secretStdin",
        "generateSecret",
      ]),
    )
    .optionsGroup("Options:")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((name: string, options: EditOptions) => edit(name, options, context));
}

async function edit(name: string, options: EditOptions, context: CliContext): Promise<void> {
  const { secrets, generated } = await secretsOf(options, context);
  const { url, state } = options;
  if (url === undefined && state === undefined && secrets === undefined)
    throw usageFailure("say what to change: --url, --state, or one of the options about secrets");
  const { client } = await context.connect();
  const patch = { ...(url !== undefined && { url }), ...(state && { state }), ...(secrets && { secrets }) };
  const edited = await client.endpoints.update(name, patch);
  const { output } = context;
  if (options.json) return output.printJson({ ...edited, ...(generated && { secret: generated }) });
  for (const line of renderEndpoint(edited, context)) output.print(line);
  if (generated) output.print(`Its secret, shown this once: ${generated}`);
}
