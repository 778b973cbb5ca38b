import type { Client } from "../client/client.ts";
import { configFilePath } from "../config/config-file-path.ts";
import { adminKeyPath } from "../config/credentials.ts";
import { readServerList } from "../config/server-list.ts";
import { readClientSettings } from "../config/settings.ts";
import { type CommandFailure, usageFailure } from "./exit-code.ts";
import { findServer, type ServerAddress, type ServerChoice } from "./server-address.ts";
import { dataFoldersOf, type FoundKey, findKey, type KeySources, keyFolders } from "./server-key.ts";
import { unreachableFailure } from "./unreachable.ts";

export type { ServerChoice } from "./server-address.ts";

/** How long a command waits for one answer. */
const LONGEST_WAIT_MS = 60_000;
/** How long to wait for a sign of life. */
const PROBE_MS = 2_000;

/** What a command needs to find its server. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  /** The working directory. */
  folder: string;
  /** What the command line itself says. */
  choice: ServerChoice;
  /** Told of what does not stop a command, but should be mended. */
  remark(line: string): void;
}

/** A server to talk to. */
export interface Connection {
  client: Client;
  url: string;
  /** What named the server, for the message if it cannot be reached. */
  source: string;
  /** Where the key was found, for the message if the server refuses it. */
  keySource: string;
}

/** A server, and the key for it if there is one. */
export interface Located {
  address: ServerAddress;
  key: FoundKey | undefined;
  sources: KeySources;
}

/**
 * Finds the server and its key. `docs/guides/cli.md` gives the order.
 *
 * @throws SettingError, CommandFailure
 */
export async function connect(surroundings: Surroundings): Promise<Connection> {
  const { address, key, sources } = await locate(surroundings);
  if (!key) throw await noKeyFailure(address, sources);
  const { createClient } = await import("../client/client.ts");
  const client = createClient({ url: address.url, key: key.key, fetch: patientFetch });
  return { client, ...address, keySource: key.keySource };
}

/**
 * The same without calling it.
 *
 * @throws SettingError, CommandFailure
 */
export async function locate(surroundings: Surroundings): Promise<Located> {
  const { env, choice, remark } = surroundings;
  const { warnings, ...read } = readClientSettings(env);
  const listPath = configFilePath(env);
  const { list, warning } = await readServerList(listPath);
  for (const line of [...warnings, warning]) if (line !== null) remark(`Warning: ${line}`);
  const dataFolders = dataFoldersOf(read.settings.dataFolder, surroundings);
  const sources = { choice, read, list, listPath, dataFolders };
  const address = findServer(sources);
  return { address, key: await findKey(address, sources), sources };
}

/** So that a server that hangs does not hang the terminal for ever. What may last ends by a signal of its own. */
export function patientFetch(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  return fetch(input, { ...init, signal: init?.signal ?? AbortSignal.timeout(LONGEST_WAIT_MS) });
}

/** Without a key, all that can be told is whether anyone is there. */
async function noKeyFailure(address: ServerAddress, sources: KeySources): Promise<CommandFailure> {
  const { url, source } = address;
  const fault = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_MS) }).then(
    () => null,
    (error: unknown) => ({ cause: error }),
  );
  if (fault) return unreachableFailure(address, fault.cause);
  const files = keyFolders(url, sources).map(adminKeyPath);
  const absent = files.length === 0 ? "" : `, and there is no ${files.join(" and no ")}`;
  return usageFailure(
    `no key is known for ${url} (${source})${absent}: \`belfry login ${url}\` keeps one; ` +
      "--key-file names one; BELFRY_KEY holds one, beside BELFRY_URL",
  );
}
