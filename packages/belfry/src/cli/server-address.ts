import { parseServerUrl, SERVER_URL_FORM } from "../config/parsers.ts";
import { LOCAL, type ServerList, type StoredServer } from "../config/server-list.ts";
import type { Settings, SettingsRead } from "../config/settings.ts";
import { usageFailure } from "./exit-code.ts";

/** Which server and key the command line names. */
export interface ServerChoice {
  /** A name of the config file, `local`, or a URL. */
  server?: string;
  /** A file that holds the key. */
  keyFile?: string;
}

/** All that says where the server is. */
export interface AddressSources {
  choice: ServerChoice;
  read: SettingsRead;
  list: ServerList;
  /** The config file, for messages. */
  listPath: string | undefined;
}

/** Where a command finds its server. */
export interface ServerAddress {
  url: string;
  /** What named it, for messages: `BELFRY_URL`. */
  source: string;
  /** The name under which it is stored with its key, if that name led here. */
  storedName?: string;
}

/**
 * The server: of `--server`, else of the environment, else the current one of the config file, else
 * the one that a start with these settings would be.
 *
 * @throws CommandFailure if what is named does not exist
 */
export function findServer(sources: AddressSources): ServerAddress {
  const { choice, read, list } = sources;
  if (choice.server !== undefined) return chosenServer(choice.server, sources);
  const { settings } = read;
  if (settings.url !== undefined) return { url: settings.url, source: "BELFRY_URL" };
  const named = localNames(read);
  if (named !== "") return { url: localUrl(settings), source: named };
  if (list.current !== null) return storedServer(list.current, sources);
  return { url: localUrl(settings), source: "the server of this machine" };
}

function chosenServer(text: string, sources: AddressSources): ServerAddress {
  const source = `--server ${text}`;
  if (text === LOCAL) return { url: localUrl(sources.read.settings), source };
  if (!text.includes("://")) return { ...storedServer(text, sources), source };
  const parsed = parseServerUrl(text);
  if (parsed.ok) return { url: parsed.value, source };
  throw usageFailure(`--server "${text}" is no address: ${parsed.reason}; allowed: ${SERVER_URL_FORM}`);
}

function storedServer(name: string, { list, listPath }: AddressSources): ServerAddress {
  const server = list.servers.get(name);
  if (server) return { url: server.url, source: `"${name}" of ${listPath}`, storedName: name };
  const names = [...list.servers.keys(), LOCAL].join(", ");
  throw usageFailure(
    `no server is called "${name}"; allowed: ${names}, or a URL. \`belfry login <url> --name ${name}\` adds it`,
  );
}

/** The server of this URL that is stored, with the name it has; the current one first. */
export function findStored(
  url: string,
  { current, servers }: ServerList,
): [string, StoredServer] | undefined {
  const found = [...servers].filter(([, server]) => server.url === url);
  return found.find(([name]) => name === current) ?? found[0];
}

/** Settings that only make sense for the server of this machine, and so say that it is meant. */
function localNames({ sources }: SettingsRead): string {
  const names = { host: "BELFRY_HOST", port: "BELFRY_PORT", key: "BELFRY_KEY" } as const;
  return Object.entries(names)
    .filter(([name]) => sources[name as keyof typeof names] === "environment")
    .map(([, variable]) => variable)
    .join(" and ");
}

/**
 * Where a server with these settings is reached from its own machine.
 *
 * @throws CommandFailure if it would take any free port
 */
export function localUrl(settings: Settings): string {
  if (settings.port !== 0) return `http://${connectableHost(settings.host)}:${settings.port}`;
  throw usageFailure("BELFRY_PORT is 0, so nobody knows where the server listens; set BELFRY_URL");
}

/** "Every interface" is an address to listen on; one calls the loopback. */
function connectableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** Whether a URL is of this very machine. */
export function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** Whether a URL is of the server that a start with these settings would be. */
export function isOwn(url: string, { settings }: SettingsRead): boolean {
  return settings.port !== 0 && localUrl(settings) === url;
}
