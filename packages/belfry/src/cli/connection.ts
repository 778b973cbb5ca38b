import { resolve } from "node:path";
import type { Client } from "../client/client.ts";
import { adminKeyPath, readAdminKey } from "../config/credentials.ts";
import { readSettings, type Settings, type SettingsRead } from "../config/settings.ts";
import { CommandFailure, EXIT_CODES, unreachableMessage, usageFailure } from "./exit-code.ts";

/** How long a command waits for one answer. */
const LONGEST_WAIT_MS = 60_000;
/** How long to wait for a sign of life. */
const PROBE_MS = 2_000;

/** What a command needs to find its server. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  /** The working directory. */
  folder: string;
}

/** A server to talk to. */
export interface Connection {
  client: Client;
  url: string;
  /** Where the key was found, for the message if the server refuses it. */
  keySource: string;
}

/**
 * Finds the server and its key: BELFRY_URL, else the server that a start with these settings would
 * be; BELFRY_KEY, else BELFRY_ADMIN_KEY, else the key file of a local server.
 *
 * @throws SettingError, CommandFailure
 */
export async function connect(surroundings: Surroundings): Promise<Connection> {
  const read = readSettings(surroundings.env);
  const url = serverUrl(read.settings);
  const { key, keySource } = await findKey(url, read, surroundings);
  const { createClient } = await import("../client/client.ts");
  return { client: createClient({ url, key, fetch: patientFetch }), url, keySource };
}

/** So that a server that hangs does not hang the terminal for ever. */
function patientFetch(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  return fetch(input, { ...init, signal: AbortSignal.timeout(LONGEST_WAIT_MS) });
}

/** Where a server with these settings is reached from its own machine. */
function serverUrl(settings: Settings): string {
  if (settings.url !== undefined) return settings.url;
  if (settings.port === 0) {
    const message = "BELFRY_PORT is 0, so nobody knows where the server listens; set BELFRY_URL";
    throw usageFailure(message);
  }
  return `http://${connectableHost(settings.host)}:${settings.port}`;
}

/** "Every interface" is an address to listen on; one calls the loopback. */
function connectableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

async function findKey(
  url: string,
  { settings, sources }: SettingsRead,
  surroundings: Surroundings,
): Promise<{ key: string; keySource: string }> {
  if (settings.key !== undefined) return { key: settings.key, keySource: "BELFRY_KEY" };
  if (settings.adminKey !== undefined) return { key: settings.adminKey, keySource: "BELFRY_ADMIN_KEY" };
  // A key must not leave for another machine because it happens to lie here.
  const isOurs = settings.url === undefined || isLoopback(url) || sources.dataFolder === "environment";
  const folders = isOurs ? dataFolders(settings.dataFolder, surroundings) : [];
  for (const folder of folders) {
    const key = await readAdminKey(folder);
    if (key !== undefined) return { key, keySource: adminKeyPath(folder) };
  }
  throw await noKeyFailure(url, folders);
}

/** Without a key, all that can be told is whether anyone is there. */
async function noKeyFailure(url: string, folders: readonly string[]): Promise<CommandFailure> {
  const isThere = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PROBE_MS) }).then(
    () => true,
    () => false,
  );
  if (!isThere) return new CommandFailure(EXIT_CODES.unreachable, unreachableMessage(url));
  const places =
    folders.length === 0 ? "" : `, for there is no ${folders.map(adminKeyPath).join(" and no ")}`;
  return usageFailure(`no key is known for ${url}: set BELFRY_KEY${places}`);
}

/** npm runs scripts in the root of the package, and says in INIT_CWD where it was called. */
function dataFolders(dataFolder: string, { env, folder }: Surroundings): string[] {
  const places = [folder, env.INIT_CWD].filter((place) => place !== undefined);
  return [...new Set(places.map((place) => resolve(place, dataFolder)))];
}

function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}
