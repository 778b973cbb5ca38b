import { Command } from "commander";
import { familyCommand } from "../command-family.ts";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";
import { identifyKey, identityText } from "../key-identity.ts";
import { listingCommand } from "../list-command.ts";
import type { Key } from "../resources.ts";
import { renderTable } from "../table.ts";
import { shortTime } from "../time-text.ts";
import { keyCreateCommand } from "./key-create.ts";

const AFTER_HELP = `
A key says whose reminders are meant and what may be done with them: read, write, or admin, which does
both and manages keys. It is shown once, when it is made; afterwards its last characters tell which it is.

Examples:
  belfry keys
  belfry keys create "billing service" --scopes write
  belfry keys create ci --scopes read,write --expires "2027-01-01 00:00" --json | jq -r .key
  belfry keys revoke key_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry keys current`;

const LIST_HELP = `
Examples:
  belfry keys list
  belfry keys list --all --json | jq '.items[] | select(.lastUsedAt == null)'`;

const REVOKE_HELP = `
What bears the key is refused from now on. Each id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry keys revoke key_01k9yz3t5v8m6n4q2r7s1w0xab`;

const CURRENT_HELP = `
Examples:
  belfry keys current
  belfry keys current --json | jq -r .tenant.timeZone`;

/** \`belfry keys\`: who may call the API in this tenant's name. */
export function keysCommand(context: CliContext): Command {
  return familyCommand({
    name: "keys",
    description: "list, create or revoke API keys, or show the one in use",
    afterHelp: AFTER_HELP,
    members: [
      listCommand(context),
      keyCreateCommand(context),
      revokeCommand(context),
      currentCommand(context),
    ],
  });
}

function listCommand(context: CliContext): Command {
  return listingCommand(
    {
      name: "list",
      description: "list API keys, without the keys themselves",
      afterHelp: LIST_HELP,
      source: (client) => client.keys,
      render: renderKeys,
      nothing: "There are no keys.",
    },
    context,
  );
}

function renderKeys(keys: readonly Key[], { output, timeZone }: CliContext): string[] {
  const timeOr = (instant: string | null, otherwise: string): string =>
    instant === null ? otherwise : shortTime(instant, timeZone);
  return renderTable<Key>(
    [
      { title: "ID", text: (one) => one.id },
      { title: "NAME", text: (one) => one.name, shrinks: true },
      { title: "SCOPES", text: (one) => one.scopes.join(", ") },
      { title: "KEY", text: (one) => (one.hint === null ? "" : `…${one.hint}`) },
      { title: "LAST USED", text: (one) => timeOr(one.lastUsedAt, "never") },
      { title: "EXPIRES", text: (one) => timeOr(one.expiresAt, "never") },
    ],
    keys,
    output.width,
  );
}

function revokeCommand(context: CliContext): Command {
  return forEachIdCommand(
    {
      name: "revoke",
      description: "revoke API keys",
      ids: "key_…",
      afterHelp: REVOKE_HELP,
      resource: "key",
      run: async (client, id) => {
        await client.keys.revoke(id);
        return { id };
      },
      say: ({ id }) => `Revoked ${id}.`,
    },
    context,
  );
}

function currentCommand(context: CliContext): Command {
  return new Command("current")
    .description("show whose key is in use, and what it may do")
    .option("--json", "print the answer of the API")
    .addHelpText("after", CURRENT_HELP)
    .action(async ({ json }: { json?: boolean }) => {
      const { client, keySource } = await context.connect();
      if (json) return context.output.printJson(await client.keys.current());
      const current = await identifyKey(client);
      if (current) context.output.print(`${identityText(current)}; from ${keySource}`);
      else context.output.print(`a key that the server takes, from ${keySource}`);
    });
}
