import { SettingError } from "../domain/errors.ts";
import { KEY_FORM, parseKey, parseServerUrl, SERVER_URL_FORM } from "./parsers.ts";
import { readSecretFile, replaceSecretFile } from "./secret-file.ts";
import type { Parsed } from "./setting.ts";

/** A server that the command line can talk to. The key is for this URL alone. */
export interface StoredServer {
  url: string;
  key: string;
}

/** What the config file holds. */
export interface ServerList {
  /** The server of commands that name none; null for the one of this machine. */
  current: string | null;
  servers: ReadonlyMap<string, StoredServer>;
}

/** Stands for the server of this machine wherever a name is taken, so no stored server may have it. */
export const LOCAL = "local";

/** What a name of a server looks like, in words. */
export const SERVER_NAME_FORM = `1 to 63 lower-case letters, digits, dots, hyphens and underscores, beginning with a letter or digit; not "${LOCAL}"`;

const SERVER_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const WHAT = "the list of servers";

/** Whether a stored server may be called so. */
export function isServerName(text: string): boolean {
  return SERVER_NAME.test(text) && text !== LOCAL;
}

/**
 * The servers of a config file, none if there is no such file.
 *
 * @returns with a warning if others may read the file
 * @throws SettingError that lists all that is wrong with it; it never shows a key
 */
export async function readServerList(
  path: string | undefined,
): Promise<{ list: ServerList; warning: string | null }> {
  const file = path === undefined ? undefined : await readSecretFile(path, WHAT);
  if (!file) return { list: { current: null, servers: new Map() }, warning: null };
  const problems: string[] = [];
  const list = listOf(parseJson(file.text, problems), problems);
  if (problems.length === 0) return { list, warning: file.warning };
  const lines = problems.map((problem) => `\n  ${problem}`).join("");
  throw new SettingError(`Cannot use ${path}: ${problems.length} wrong${lines}`);
}

/**
 * Replaces the config file, whole or not at all, readable for its owner alone.
 *
 * @throws SettingError if it cannot be written
 */
export async function writeServerList(path: string, { current, servers }: ServerList): Promise<void> {
  const document = { ...(current !== null && { current }), servers: Object.fromEntries(servers) };
  await replaceSecretFile(path, JSON.stringify(document, null, 2), WHAT);
}

/** Node's own message would quote the text, and with it a key. */
function parseJson(text: string, problems: string[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    problems.push("it is not JSON. Mend it, or delete it and log in again with `belfry login`");
    return {};
  }
}

function listOf(document: unknown, problems: string[]): ServerList {
  const { current = null, servers: found = {} } = fieldsOf(document, ["current", "servers"], "", problems);
  const servers = new Map<string, StoredServer>();
  for (const [name, entry] of Object.entries(objectOf(found, "servers", problems))) {
    if (!isServerName(name))
      problems.push(`servers: ${shown(name)} is no name. Allowed: ${SERVER_NAME_FORM}`);
    servers.set(name, serverOf(entry, `servers.${name}`, problems));
  }
  if (current === null) return { current, servers };
  const isKnown = typeof current === "string" && servers.has(current);
  if (!isKnown) {
    const allowed = ["left out", ...servers.keys()].join(", ");
    problems.push(`current = ${shown(current)}: it is none of the servers. Allowed: ${allowed}`);
  }
  return { current: String(current), servers };
}

function serverOf(entry: unknown, path: string, problems: string[]): StoredServer {
  const { url, key } = fieldsOf(entry, ["url", "key"], path, problems);
  const read = (field: string, parsed: Parsed<string>, value: string, allowed: string): string => {
    if (parsed.ok) return parsed.value;
    problems.push(`${path}.${field} = ${value}: ${parsed.reason}. Allowed: ${allowed}`);
    return "";
  };
  return {
    url: read("url", textParsed(url, parseServerUrl), shown(url), SERVER_URL_FORM),
    key: read("key", textParsed(key, parseKey), hidden(key), KEY_FORM),
  };
}

function textParsed(value: unknown, parse: (text: string) => Parsed<string>): Parsed<string> {
  return typeof value === "string" ? parse(value) : { ok: false, reason: "it is no text" };
}

/** The fields of an object; those that nobody knows are problems, their values perhaps secrets. */
function fieldsOf(
  value: unknown,
  known: readonly string[],
  path: string,
  problems: string[],
): Record<string, unknown> {
  const object = objectOf(value, path || "all of it", problems);
  const prefix = path === "" ? "" : `${path}.`;
  for (const name of Object.keys(object)) {
    if (!known.includes(name))
      problems.push(`${prefix}${name}: there is no such field. Allowed: ${known.join(", ")}`);
  }
  return object;
}

function objectOf(value: unknown, path: string, problems: string[]): Record<string, unknown> {
  // An object of JSON has texts for names and any JSON for values.
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  problems.push(`${path} = ${shown(value)}: it is no object. Allowed: an object in braces`);
  return {};
}

/** Shows no text that may hold a secret: a key in the wrong place, or a password in a URL. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return /@|bel_/.test(text) || text.length > 100 ? hidden(value) : text;
}

function hidden(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? `(hidden, ${value.length} characters)` : "(hidden)";
}
