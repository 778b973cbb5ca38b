import { Command } from "commander";
import { familyCommand } from "../command-family.ts";
import type { CliContext } from "../context.ts";
import { listingCommand } from "../list-command.ts";
import { renderFields } from "../reminder-text.ts";
import type { Tenant } from "../resources.ts";
import { oneLine, renderTable } from "../table.ts";
import { longTime, shortTime } from "../time-text.ts";

const AFTER_HELP = `
A tenant owns reminders, endpoints and keys; nothing crosses over to another. Only the installation's own
key may manage tenants.

Examples:
  belfry tenants
  belfry tenants create Acme --id tnt_acme --zone Europe/Paris
  belfry tenants create Acme --json | jq -r .adminKey.key
  belfry tenants show tnt_acme`;

const LIST_HELP = `
Examples:
  belfry tenants list
  belfry tenants list --all --json | jq -r '.items[].id'`;

const CREATE_HELP = `
Its first admin key alone goes to standard output. It is not shown again: store it where its user finds
it.

Examples:
  belfry tenants create Acme
  belfry tenants create Acme --id tnt_acme --zone Europe/Paris > acme.key`;

const SHOW_HELP = `
Examples:
  belfry tenants show tnt_acme`;

interface CreateOptions {
  id?: string;
  zone?: string;
  json?: boolean;
}

/** \`belfry tenants\`: for the installation's operator. */
export function tenantsCommand(context: CliContext): Command {
  return familyCommand({
    name: "tenants",
    description: "list, create or show the tenants of the installation",
    afterHelp: AFTER_HELP,
    members: [listCommand(context), createCommand(context), showCommand(context)],
  });
}

function listCommand(context: CliContext): Command {
  return listingCommand(
    {
      name: "list",
      description: "list tenants",
      afterHelp: LIST_HELP,
      source: (client) => client.tenants,
      render: renderTenants,
      nothing: "There are no tenants.",
    },
    context,
  );
}

function renderTenants(tenants: readonly Tenant[], { output, timeZone }: CliContext): string[] {
  return renderTable<Tenant>(
    [
      { title: "ID", text: (one) => one.id },
      { title: "NAME", text: (one) => one.name, shrinks: true },
      { title: "ZONE", text: (one) => one.timeZone },
      { title: "ADDED", text: (one) => shortTime(one.createdAt, timeZone) },
    ],
    tenants,
    output.width,
  );
}

function createCommand(context: CliContext): Command {
  return new Command("create")
    .description("make a tenant, whose first key is shown this once")
    .argument("<name>", "what people call it")
    .option("--id <id>", "its id: tnt_acme; default: one is made")
    .option("--zone <zone>", "the zone of its floating rules, or local for this machine's; default: UTC")
    .option("--json", "print the answer of the API")
    .addHelpText("after", CREATE_HELP)
    .action((name: string, options: CreateOptions) => create(name, options, context));
}

async function create(name: string, { id, zone, json }: CreateOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const timeZone = zone === "local" ? context.timeZone : zone;
  const tenant = { name, ...(id !== undefined && { id }), ...(timeZone !== undefined && { timeZone }) };
  const created = await client.tenants.create(tenant);
  const { output } = context;
  if (json) return output.printJson(created);
  output.printRemark(
    `Created ${created.name} (${created.id}, ${created.timeZone}); its key is shown this once:`,
  );
  output.print(created.adminKey.key);
}

function showCommand(context: CliContext): Command {
  return new Command("show")
    .description("show a tenant")
    .argument("<id>", "tnt_…")
    .option("--json", "print the answer of the API")
    .addHelpText("after", SHOW_HELP)
    .action(async (id: string, { json }: { json?: boolean }) => {
      const { client } = await context.connect();
      const tenant = await client.tenants.get(id);
      if (json) return context.output.printJson(tenant);
      for (const line of renderTenant(tenant, context)) context.output.print(line);
    });
}

function renderTenant({ id, name, timeZone, createdAt }: Tenant, context: CliContext): string[] {
  return renderFields(
    [
      ["tenant", context.output.paint("strong", id)],
      ["name", oneLine(name)],
      ["time zone", timeZone],
      ["added", longTime(createdAt, context.timeZone)],
    ],
    context,
  );
}
