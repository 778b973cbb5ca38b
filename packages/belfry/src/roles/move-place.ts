import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { readKeptSecrets, replaceKeptSecrets } from "../config/kept-secrets.ts";
import type { Setting } from "../config/setting.ts";
import { SETTINGS } from "../config/table.ts";
import { SettingError, StoreError } from "../domain/errors.ts";
import { holdDataFolder } from "../embed/data-folder.ts";
import { openPostgresTransfer } from "../store/postgres/transfer.ts";
import { openSqliteTransfer } from "../store/sqlite/transfer.ts";
import type { Transferable } from "../store/transfer.ts";
import type { Environment } from "./environment.ts";

/** One side of a move, as the command line names it. */
export interface NamedPlace {
  /** The option that names it, for messages. */
  option: "--from" | "--to";
  text: string;
  schema: string | undefined;
}

/** Where one side of a move is. */
export type MovePlace = { option: string } & (
  | { kind: "folder"; path: string }
  | { kind: "database"; url: string; schema: string }
);

/**
 * Reads what names a store: a folder, a URL, `env`, or `@` and a file that holds a URL.
 *
 * @throws SettingError, which never repeats a URL: it may hold a password
 */
export function readMovePlace({ option, text, schema }: NamedPlace, env: Environment): MovePlace {
  const url = urlIn(option, text, env);
  if (url === null && schema === undefined) return { option, kind: "folder", path: resolve(text) };
  if (url === null)
    throw new SettingError(`Cannot use ${option}-schema: ${option} is a folder, which has none`);
  const given = schema ?? (text === "env" ? env.BELFRY_DATABASE_SCHEMA?.trim() : "");
  const named = schema === undefined ? "BELFRY_DATABASE_SCHEMA" : `${option}-schema`;
  return {
    option,
    kind: "database",
    url,
    schema: parsed(SETTINGS.databaseSchema, given || SETTINGS.databaseSchema.default, named),
  };
}

/** Null if it is a folder. */
function urlIn(option: string, text: string, env: Environment): string | null {
  if (text === "env") return checkedUrl(env.BELFRY_DATABASE_URL?.trim() ?? "", "BELFRY_DATABASE_URL");
  if (text.startsWith("@")) return checkedUrl(textOf(text.slice(1), option), text);
  // Whatever looks like a URL is none but for a slip, and becomes no folder of that name.
  return /^[a-z]+:\/\//i.test(text) ? checkedUrl(text, option) : null;
}

function checkedUrl(url: string, name: string): string {
  if (url === "")
    throw new SettingError(`Cannot use ${name}: it is empty. Allowed: ${SETTINGS.databaseUrl.allowed}`);
  return parsed(SETTINGS.databaseUrl, url, name) ?? "";
}

function textOf(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingError(`Cannot use ${option}: the file cannot be read: ${reason}`);
  }
}

function parsed<Value>(setting: Setting<Value>, text: string, name: string): Value {
  const result = setting.parse(text);
  if (result.ok) return result.value;
  throw new SettingError(`Cannot use ${name}: ${result.reason}. Allowed: ${setting.allowed}`);
}

/** Two folders are compared before they are opened: the second could not be held. */
export function refuseSameFolder(from: MovePlace, to: MovePlace): void {
  if (from.kind !== "folder" || to.kind !== "folder") return;
  if (!existsSync(from.path) || !existsSync(to.path)) return;
  if (realpathSync(from.path) !== realpathSync(to.path)) return;
  throw new StoreError("store_same", `Cannot move from ${from.path} to ${to.path}: they are the same`);
}

/**
 * Opens one side of a move.
 *
 * @param mustExist whether there must be an installation already; else an empty one is made
 * @throws SettingError, StoreError
 */
export async function openSide(
  place: MovePlace,
  { mustExist }: { mustExist: boolean },
): Promise<Transferable> {
  if (place.kind === "database") return openPostgresTransfer({ ...place, mustExist });
  const path = join(place.path, "belfry.db");
  if (mustExist && !existsSync(path) && !existsSync(`${path}-wal`))
    throw new StoreError("store_absent", `Cannot move: there is no belfry.db in ${place.path}`);
  const hold = holdDataFolder(place.path, place.option);
  try {
    return openSqliteTransfer({
      path,
      nowMs: Date.now(),
      hold,
      readSecrets: () => readKeptSecrets(place.path),
      writeSecrets: (secrets) => replaceKeptSecrets(place.path, secrets),
    });
  } catch (error) {
    hold.letGo();
    throw error;
  }
}
