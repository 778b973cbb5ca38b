import { resolve } from "node:path";
import { adminKeyPath, readAdminKey } from "../config/credentials.ts";
import { KEY_FORM, parseKey } from "../config/parsers.ts";
import { readSecretFile } from "../config/secret-file.ts";
import type { SettingsRead } from "../config/settings.ts";
import { usageFailure } from "./exit-code.ts";
import { type AddressSources, findStored, isLoopback, isOwn, type ServerAddress } from "./server-address.ts";

/** A key, and where it was found. */
export interface FoundKey {
  key: string;
  keySource: string;
}

/** What a key is looked for in. */
export interface KeySources extends AddressSources {
  /** Folders in which a server of this machine may keep its key. */
  dataFolders: readonly string[];
}

/**
 * The key for a server: of `--key-file`, else the one stored under the server's name, else of the
 * environment, else the one stored for its URL, else of the server of this machine. A key goes to the
 * server it is for and to no other.
 *
 * @throws SettingError, CommandFailure if a file holds no key
 */
export async function findKey(address: ServerAddress, sources: KeySources): Promise<FoundKey | undefined> {
  const { choice, list } = sources;
  if (choice.keyFile !== undefined) return readKeyFile(choice.keyFile);
  const named = address.storedName === undefined ? undefined : list.servers.get(address.storedName);
  if (named) return { key: named.key, keySource: storedSource(address.storedName, sources) };
  const fromEnvironment = environmentKey(address.url, sources.read);
  if (fromEnvironment) return fromEnvironment;
  const [name, stored] = findStored(address.url, list) ?? [];
  if (stored) return { key: stored.key, keySource: storedSource(name, sources) };
  return readFolderKey(keyFolders(address.url, sources));
}

/** The folders whose key is for this server: it must not leave because it happens to lie here. */
export function keyFolders(url: string, { read, dataFolders }: KeySources): readonly string[] {
  const { settings, sources } = read;
  const isNamedWithIt = settings.url === url && sources.dataFolder === "environment";
  return isLoopback(url) || isNamedWithIt || isOwn(url, read) ? dataFolders : [];
}

function storedSource(name: string | undefined, { listPath }: KeySources): string {
  return `"${name}" of ${listPath}`;
}

/**
 * BELFRY_KEY is for the server of BELFRY_URL, or without that for the one of this machine;
 * BELFRY_ADMIN_KEY for both.
 */
function environmentKey(url: string, read: SettingsRead): FoundKey | undefined {
  const { key, adminKey, url: named } = read.settings;
  const isNamed = named === url;
  if (key !== undefined && (isNamed || (named === undefined && isOwn(url, read))))
    return { key, keySource: "BELFRY_KEY" };
  return adminKey !== undefined && (isNamed || isOwn(url, read))
    ? { key: adminKey, keySource: "BELFRY_ADMIN_KEY" }
    : undefined;
}

async function readKeyFile(path: string): Promise<FoundKey> {
  const file = await readSecretFile(path, "the key");
  if (!file) throw usageFailure(`there is no file ${path}; allowed: a file that holds a key`);
  const parsed = parseKey(file.text);
  if (parsed.ok) return { key: parsed.value, keySource: path };
  throw usageFailure(`${path} holds no key: ${parsed.reason}; allowed: ${KEY_FORM}`);
}

async function readFolderKey(folders: readonly string[]): Promise<FoundKey | undefined> {
  for (const folder of folders) {
    const key = await readAdminKey(folder);
    if (key !== undefined) return { key, keySource: adminKeyPath(folder) };
  }
  return undefined;
}

/** npm runs scripts in the root of the package, and says in INIT_CWD where it was called. */
export function dataFoldersOf(
  dataFolder: string,
  { env, folder }: { env: Record<string, string | undefined>; folder: string },
): string[] {
  const places = [folder, env.INIT_CWD].filter((place) => place !== undefined);
  return [...new Set(places.map((place) => resolve(place, dataFolder)))];
}
