import { Command } from "commander";
import { familyCommand } from "../command-family.ts";
import type { CliContext } from "../context.ts";
import { renderEndpoint, renderEndpoints } from "../endpoint-text.ts";
import { forEachIdCommand } from "../id-command.ts";
import { listingCommand } from "../list-command.ts";
import { endpointAddCommand } from "./endpoint-add.ts";
import { endpointEditCommand } from "./endpoint-edit.ts";

const AFTER_HELP = `
An endpoint is a webhook destination with a name. Its URL and secrets change without touching the
reminders that name it. Secrets are counted, never shown.

Examples:
  belfry endpoints
  belfry endpoints add billing https://example.com/hooks --generate-secret
  belfry endpoints show billing
  belfry endpoints edit billing --state off
  belfry endpoints remove billing`;

const LIST_HELP = `
Examples:
  belfry endpoints list
  belfry endpoints list --all --json | jq -r '.items[].name'`;

const SHOW_HELP = `
Examples:
  belfry endpoints show billing`;

const REMOVE_HELP = `
Deliveries to an endpoint that is gone fail for good. Each name is reported; the exit code is 1 if any
of them failed.

Examples:
  belfry endpoints remove billing`;

/** \`belfry endpoints\`: named webhook destinations. */
export function endpointsCommand(context: CliContext): Command {
  return familyCommand({
    name: "endpoints",
    description: "list, add, show, edit or remove named webhook destinations",
    afterHelp: AFTER_HELP,
    members: [
      listCommand(context),
      endpointAddCommand(context),
      showCommand(context),
      endpointEditCommand(context),
      removeCommand(context),
    ],
  });
}

function listCommand(context: CliContext): Command {
  return listingCommand(
    {
      name: "list",
      description: "list endpoints by name",
      afterHelp: LIST_HELP,
      source: (client) => client.endpoints,
      render: renderEndpoints,
      nothing: "There are no endpoints. Add one: belfry endpoints add billing https://…",
    },
    context,
  );
}

function showCommand(context: CliContext): Command {
  return new Command("show")
    .description("show an endpoint")
    .argument("<name>", "the name of the endpoint")
    .option("--json", "print the answer of the API")
    .addHelpText("after", SHOW_HELP)
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { client } = await context.connect();
      const endpoint = await client.endpoints.get(name);
      if (json) return context.output.printJson(endpoint);
      for (const line of renderEndpoint(endpoint, context)) context.output.print(line);
    });
}

function removeCommand(context: CliContext): Command {
  return forEachIdCommand(
    {
      name: "remove",
      description: "remove endpoints",
      argument: "names",
      ids: "the names of endpoints",
      afterHelp: REMOVE_HELP,
      action: "remove the endpoint",
      resource: "endpoint",
      run: async (client, name) => {
        await client.endpoints.delete(name);
        return { name };
      },
      say: ({ name }) => `Removed ${name}.`,
    },
    context,
  );
}
