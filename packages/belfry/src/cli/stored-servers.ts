import { configFilePath } from "../config/config-file-path.ts";
import { readServerList, type ServerList, writeServerList } from "../config/server-list.ts";
import type { CliContext } from "./context.ts";
import { usageFailure } from "./exit-code.ts";

/**
 * Where the servers are stored.
 *
 * @throws CommandFailure if the environment names no folder for it
 */
export function serverListPath({ env }: Pick<CliContext, "env">): string {
  const path = configFilePath(env);
  if (path !== undefined) return path;
  throw usageFailure("nobody knows where the config file belongs; set HOME or XDG_CONFIG_HOME");
}

/**
 * Changes the stored servers, as they are at this moment.
 *
 * @throws SettingError if the file cannot be read or written
 */
export async function changeServerList(
  context: Pick<CliContext, "env">,
  change: (list: ServerList) => ServerList,
): Promise<ServerList> {
  const path = serverListPath(context);
  const { list } = await readServerList(path);
  const changed = change(list);
  await writeServerList(path, changed);
  return changed;
}

/** Says so if a variable will still name the server, whatever is current in the config file. */
export function remarkEnvironment({ env, output }: CliContext): void {
  const names = ["BELFRY_URL", "BELFRY_HOST", "BELFRY_PORT", "BELFRY_KEY"].filter((name) =>
    env[name]?.trim(),
  );
  if (names.length === 0) return;
  const verb = names.length === 1 ? "is set and comes first" : "are set and come first";
  output.printRemark(`${names.join(" and ")} ${verb}; --server stands above that.`);
}
