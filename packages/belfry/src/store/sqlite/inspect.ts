import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { Finding } from "../../domain/finding.ts";
import { findingsOf } from "../move-mark.ts";
import { adviceFor } from "./failure.ts";
import { MIGRATIONS } from "./migrate.ts";
import { readMoveMark } from "./move-mark.ts";

const MIB = 1024 ** 2;
/** SQLite checks some 500 MB a second; a look must not take minutes. */
const LARGEST_CHECKED_BYTES = 4096 * MIB;
/** Belfry clears the log up every few hundred pages, so that much means that a reader holds it back. */
const LARGEST_WAL_BYTES = 256 * MIB;
const SQLITE_BUSY = 5;

export interface StorePaths {
  /** `<data>/belfry.db` */
  database: string;
  /** `<data>/belfry.lock` */
  lock: string;
}

/**
 * What is to be said of a database on SQLite: who holds it, whether it is whole, and of which schema. It
 * is only read, and a running server is not held up.
 */
export function inspectSqliteStore(paths: StorePaths): Finding[] {
  const isHeld = isLocked(paths.lock);
  const held: Finding = {
    check: "lock",
    status: "ok",
    text: isHeld ? "a running Belfry holds the folder" : "no Belfry runs on the folder",
  };
  if (!existsSync(paths.database)) {
    return [
      held,
      { check: "store", status: "ok", text: "there is no database yet; the first start makes it" },
    ];
  }
  return [held, ...databaseFindings(paths, isHeld)];
}

/** Asks for a read of the lock file, which whoever holds it refuses. */
function isLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    using lock = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    lock.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;
  }
}

function databaseFindings(paths: StorePaths, isHeld: boolean): Finding[] {
  try {
    using db = openForReading(paths.database, isHeld);
    const findings = [
      wholeFinding(db, paths.database),
      schemaFinding(db),
      ...moveFindings(db),
      sizeFinding(paths.database),
    ];
    const isWhole = findings.every(({ status }) => status !== "fail");
    // A server that has started meanwhile writes under our eyes: look again, by its rules.
    if (!isWhole && !isHeld && isLocked(paths.lock)) return databaseFindings(paths, true);
    return findings;
  } catch (error) {
    const text = `${paths.database} cannot be read`;
    return [{ check: "store", status: "fail", text, mend: adviceFor(error).advice }];
  }
}

/**
 * Where nobody runs and no log waits, the file alone is the database: it is read without the two files
 * beside it, which would otherwise be made anew and left there.
 */
function openForReading(path: string, isHeld: boolean): DatabaseSync {
  const url = pathToFileURL(path);
  if (!isHeld && sizeOf(`${path}-wal`) === 0) url.searchParams.set("immutable", "1");
  return new DatabaseSync(url, { readOnly: true, timeout: 2_000 });
}

function wholeFinding(db: DatabaseSync, path: string): Finding {
  if (sizeOf(path) > LARGEST_CHECKED_BYTES) {
    db.prepare("PRAGMA schema_version").get();
    return { check: "store", status: "ok", text: `${path} is a database; too large to check page by page` };
  }
  const answer = db.prepare("PRAGMA quick_check(1)").get()?.quick_check;
  if (answer === "ok") return { check: "store", status: "ok", text: `${path} is whole` };
  const mend = "stop Belfry, and restore the file from a backup";
  return { check: "store", status: "fail", text: `${path} is damaged: ${answer}`, mend };
}

function schemaFinding(db: DatabaseSync): Finding {
  const known = MIGRATIONS.at(-1)?.number ?? 0;
  const isOurs = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get() !== undefined;
  const isEmpty = db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  if (!isOurs && !isEmpty) {
    const mend = "name another folder in BELFRY_DATA";
    return { check: "schema", status: "fail", text: "the database is another program's", mend };
  }
  const applied = isEmpty
    ? 0
    : Number(db.prepare("SELECT max(number) AS number FROM migrations").get()?.number);
  if (applied > known) {
    const text = `the database has migration ${applied}, and this Belfry knows only ${known}`;
    return { check: "schema", status: "fail", text, mend: "use the newer Belfry that has made it" };
  }
  const coming = applied < known ? `; the next start brings it to ${known}` : "";
  return { check: "schema", status: "ok", text: `migration ${applied}${coming}` };
}

/** One that is of an older schema, or another program's, knows of no move. */
function moveFindings(db: DatabaseSync): Finding[] {
  const isKept = db.prepare("SELECT 1 FROM pragma_table_info('installation') WHERE name = 'move_id'").get();
  return isKept ? findingsOf(readMoveMark(db)) : [];
}

function sizeFinding(path: string): Finding {
  const wal = sizeOf(`${path}-wal`);
  const text = `${amount(sizeOf(path))}, and ${amount(wal)} of log beside it`;
  if (wal <= LARGEST_WAL_BYTES) return { check: "size", status: "ok", text };
  const mend = "another program reads the database and holds the log back; end it";
  return { check: "size", status: "warn", text, mend };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function amount(bytes: number): string {
  return bytes < MIB ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}
