import { Command } from "commander";
import { LOCAL, readServerList, type ServerList } from "../../config/server-list.ts";
import { readClientSettings } from "../../config/settings.ts";
import { familyCommand } from "../command-family.ts";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";
import { localUrl } from "../server-address.ts";
import { changeServerList, remarkEnvironment, serverListPath } from "../stored-servers.ts";
import { renderTable } from "../table.ts";

const AFTER_HELP = `
The current server is the one that commands talk to when neither --server nor the environment names one.
"${LOCAL}" is the server of this machine; its key is the one stored for its address, else the one in its
data folder.

Examples:
  belfry servers
  belfry servers use work
  belfry servers use ${LOCAL}
  belfry list --server work      one command alone`;

const LIST_HELP = `
Examples:
  belfry servers list
  belfry servers list --json`;

const USE_HELP = `
Examples:
  belfry servers use work
  belfry servers use ${LOCAL}`;

interface ServerRow {
  name: string;
  url: string;
  isCurrent: boolean;
}

/** \`belfry servers\`: the servers that are stored, and which one is current. */
export function serversCommand(context: CliContext): Command {
  const list = new Command("list")
    .description("list the stored servers")
    .option("--json", "print for programs")
    .addHelpText("after", LIST_HELP)
    .action((options: { json?: boolean }) => listServers(options, context));
  const use = new Command("use")
    .description("talk to a stored server from now on")
    .argument("<name>", `its name, or ${LOCAL}`)
    .addHelpText("after", USE_HELP)
    .action((name: string) => useServer(name, context));
  const description = "list the stored servers, or choose the current one";
  return familyCommand({ name: "servers", description, afterHelp: AFTER_HELP, members: [list, use] });
}

async function listServers({ json }: { json?: boolean }, context: CliContext): Promise<void> {
  const { output } = context;
  const { list } = await readServerList(serverListPath(context));
  const servers = rowsOf(list, context);
  if (json) return output.printJson({ current: list.current ?? LOCAL, servers });
  const table = renderTable<ServerRow>(
    [
      { title: "", text: (row) => (row.isCurrent ? "*" : "") },
      { title: "NAME", text: (row) => row.name },
      { title: "URL", text: (row) => row.url },
    ],
    servers,
    output.width,
  );
  for (const line of table) output.print(line);
  remarkEnvironment(context);
}

function rowsOf({ current, servers }: ServerList, { env }: CliContext): ServerRow[] {
  const { settings } = readClientSettings(env);
  const own = settings.port === 0 ? "any free port" : localUrl(settings);
  const stored = [...servers].map(([name, { url }]) => ({ name, url, isCurrent: name === current }));
  return [...stored, { name: LOCAL, url: own, isCurrent: current === null }];
}

async function useServer(name: string, context: CliContext): Promise<void> {
  await changeServerList(context, ({ servers }) => {
    if (name === LOCAL) return { current: null, servers };
    if (servers.has(name)) return { current: name, servers };
    throw usageFailure(`no server is called "${name}"; allowed: ${[...servers.keys(), LOCAL].join(", ")}`);
  });
  context.output.print(
    `Commands use ${name === LOCAL ? "the server of this machine" : `"${name}"`} from now on.`,
  );
  remarkEnvironment(context);
}
