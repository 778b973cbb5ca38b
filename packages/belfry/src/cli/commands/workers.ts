import { Command } from "commander";
import type { CliContext } from "../context.ts";
import type { Tone } from "../output.ts";
import type { Worker } from "../resources.ts";
import { renderTable } from "../table.ts";
import { shortTime } from "../time-text.ts";

const AFTER_HELP = `
alive: it is there; silent: it is there, but has not been heard of for a while, and loses its leases when
they end; gone: it ended without a word, and others have taken over. HOLDS counts the deliveries in its
hands: those that wait for their instant, and those being sent. Only the installation's own key may look.

Examples:
  belfry workers
  belfry workers --json | jq -r '.items[] | select(.state != "alive") | .host'`;

const TONES: Record<Worker["state"], Tone> = { alive: "good", silent: "waiting", gone: "bad" };

/** \`belfry workers\`: who works on the store. */
export function workersCommand(context: CliContext): Command {
  return new Command("workers")
    .description("list the processes that work on the store, with what each holds")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((options: { json?: boolean }) => workers(options, context));
}

async function workers({ json }: { json?: boolean }, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const list = await client.workers.list();
  const { output } = context;
  if (json) return output.printJson(list);
  if (list.items.length === 0) return output.printRemark("Nobody works on the store.");
  for (const line of renderWorkers(list.items, context)) output.print(line);
}

function renderWorkers(workers: readonly Worker[], { output, timeZone }: CliContext): string[] {
  return renderTable<Worker>(
    [
      { title: "ID", text: ({ id }) => id },
      {
        title: "STATE",
        text: ({ state }) => state,
        paint: (padded, { state }) => output.paint(TONES[state], padded),
      },
      { title: "ROLES", text: rolesOf, shrinks: true },
      { title: "HOLDS", text: holdsOf, alignsRight: true },
      { title: "VERSION", text: ({ version }) => version },
      { title: "WHERE", text: ({ host, pid }) => `${host} ${pid}`, shrinks: true },
      { title: "SINCE", text: ({ startedAt }) => shortTime(startedAt, timeZone) },
    ],
    workers,
    output.width,
  );
}

function rolesOf({ roles, partition }: Worker): string {
  const all = roles.join(",");
  return partition === null ? all : `${all} ${partition}`;
}

function holdsOf({ holding }: Worker): string {
  return holding === null ? "-" : `${holding.waiting + holding.queued}+${holding.running}`;
}
