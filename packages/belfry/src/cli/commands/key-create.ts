import { Command, InvalidArgumentError } from "commander";
import { SCOPES, type Scope } from "../../domain/api-key.ts";
import type { CliContext } from "../context.ts";
import { parseComingText } from "../instant-option.ts";

const AFTER_HELP = `
The key alone goes to standard output. It is not shown again: store it where its user finds it.

Examples:
  belfry keys create "billing service" --scopes write
  belfry keys create ci --scopes read,write --expires "2027-01-01 00:00" > ci.key
  belfry keys create ci --scopes read --json | jq -r .key`;

interface CreateOptions {
  scopes: Scope[];
  expires?: string;
  json?: boolean;
}

/** \`belfry keys create\`. */
export function keyCreateCommand(context: CliContext): Command {
  return new Command("create")
    .description("make an API key, which is shown this once")
    .argument("<name>", "what it is for")
    .requiredOption(
      "--scopes <scopes>",
      `what it may do, joined by commas: ${SCOPES.join(", ")}; must be given`,
      parseScopes,
    )
    .option("--expires <time>", "when it stops working; default: never", (text: string) =>
      parseComingText(text, context),
    )
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((name: string, options: CreateOptions) => create(name, options, context));
}

function parseScopes(text: string): Scope[] {
  const names = new Set(text.split(",").map((name) => name.trim()));
  const scopes = SCOPES.filter((scope) => names.has(scope));
  if (scopes.length === names.size) return scopes;
  throw new InvalidArgumentError(`Allowed: ${SCOPES.join(", ")}, joined by commas.`);
}

async function create(name: string, options: CreateOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const { scopes, expires: expiresAt } = options;
  const created = await client.keys.create({ name, scopes, ...(expiresAt !== undefined && { expiresAt }) });
  const { output } = context;
  if (options.json) return output.printJson(created);
  output.printRemark(`Created "${created.name}" (${created.id}); its key is shown this once:`);
  output.print(created.key);
}
