import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";
import { changeServerList } from "../stored-servers.ts";

const AFTER_HELP = `
Takes URL and key out of the config file. The key itself goes on working wherever else it is kept;
\`belfry keys revoke\` ends it. If the server was the current one, commands use the server of this machine until the next \`belfry login\` or
\`belfry servers use\`.

Examples:
  belfry logout
  belfry logout work`;

/** \`belfry logout\`: forgets a server and its key. */
export function logoutCommand(context: CliContext): Command {
  return new Command("logout")
    .description("forget a stored server and its key")
    .argument("[name]", "its name; default: the current one")
    .addHelpText("after", AFTER_HELP)
    .action((name: string | undefined) => logout(name, context));
}

async function logout(given: string | undefined, context: CliContext): Promise<void> {
  let name = given;
  const { current } = await changeServerList(context, (list) => {
    name ??= list.current ?? undefined;
    if (name === undefined) throw usageFailure("no stored server is current; `belfry servers` lists them");
    const servers = new Map(list.servers);
    if (!servers.delete(name))
      throw usageFailure(`no server is called "${name}"; allowed: ${namesOf(list.servers)}`);
    return { current: list.current === name ? null : list.current, servers };
  });
  const next = current === null ? "the server of this machine" : `"${current}"`;
  context.output.print(`Forgot "${name}" and its key. Commands use ${next}.`);
}

function namesOf(servers: ReadonlyMap<string, unknown>): string {
  return servers.size === 0 ? "none is stored" : [...servers.keys()].join(", ");
}
