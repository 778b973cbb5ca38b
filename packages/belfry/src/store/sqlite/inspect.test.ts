import { mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Finding } from "../../domain/finding.ts";
import { inspectSqliteStore, type StorePaths } from "./inspect.ts";
import { holdLock } from "./lock.ts";
import { MIGRATIONS } from "./migrate.ts";
import { writeMoveMark } from "./move-mark.ts";
import { openSqliteStore } from "./store.ts";

const NEWEST = MIGRATIONS.at(-1)?.number;

let folder = "";
let paths: StorePaths;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-inspect-"));
  paths = { database: join(folder, "belfry.db"), lock: join(folder, "belfry.lock") };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function found(check: string): Finding | undefined {
  return inspectSqliteStore(paths).find((finding) => finding.check === check);
}

/** As a server leaves it that has ended in peace. */
async function makeStore(): Promise<void> {
  const { letGo } = holdLock(paths.lock);
  await openSqliteStore({ path: paths.database, nowMs: 0 }).close();
  letGo();
}

describe("inspectSqliteStore()", () => {
  test("inspectSqliteStore() says where it went when it was moved", async () => {
    await makeStore();
    expect(found("move")).toBeUndefined();
    const db = new DatabaseSync(paths.database);
    writeMoveMark(db, { id: "move_1", stage: "left", place: "db.example.com/belfry" });
    db.close();
    expect(found("move")).toEqual({
      check: "move",
      status: "fail",
      text: "Belfry does not start on it",
      mend: "what it held was moved to db.example.com/belfry; use that one",
    });
  });

  test("inspectSqliteStore() leaves no trace when nobody runs", async () => {
    await makeStore();
    const before = await readdir(folder);
    expect(inspectSqliteStore(paths)).toEqual([
      { check: "lock", status: "ok", text: "no Belfry runs on the folder" },
      { check: "store", status: "ok", text: `${paths.database} is whole` },
      { check: "schema", status: "ok", text: `migration ${NEWEST}` },
      { check: "size", status: "ok", text: expect.stringMatching(/^\d+ KiB, and 0 KiB of log beside it$/) },
    ]);
    expect(await readdir(folder)).toEqual(before);
  });

  test("inspectSqliteStore() sees what a running server has written, and lets it write on", async () => {
    const { letGo } = holdLock(paths.lock);
    const store = openSqliteStore({ path: paths.database, nowMs: 0 });
    const findings = inspectSqliteStore(paths);
    expect(findings.map(({ status }) => status)).toEqual(["ok", "ok", "ok", "ok"]);
    expect(findings[0]?.text).toBe("a running Belfry holds the folder");
    await store.ensureTenant({ id: "tnt_1", timeZone: "UTC", nowMs: 0 });
    await store.close();
    letGo();
    expect(found("lock")?.text).toBe("no Belfry runs on the folder");
  });

  test("inspectSqliteStore() does not keep the lock when it has looked at it", async () => {
    await makeStore();
    inspectSqliteStore(paths);
    expect(() => holdLock(paths.lock).letGo()).not.toThrow();
  });

  test("inspectSqliteStore() has nothing to say when there is no database yet", () => {
    expect(inspectSqliteStore(paths).map(({ text }) => text)).toEqual([
      "no Belfry runs on the folder",
      "there is no database yet; the first start makes it",
    ]);
  });

  test("inspectSqliteStore() fails when the file is no database", async () => {
    await writeFile(paths.database, "This is no database, however long it may be. ".repeat(50));
    expect(found("store")).toMatchObject({
      status: "fail",
      mend: expect.stringContaining("not a SQLite database"),
    });
  });

  test("inspectSqliteStore() fails when a page of the database is damaged", async () => {
    await makeStore();
    await using file = await open(paths.database, "r+");
    const { size } = await file.stat();
    await file.write(Buffer.alloc(4096, 0x5a), 0, 4096, size - 4096);
    expect(found("store")).toMatchObject({ status: "fail" });
  });

  test("inspectSqliteStore() fails when a newer Belfry has made the database", async () => {
    await makeStore();
    using db = new DatabaseSync(paths.database);
    db.exec("INSERT INTO migrations (number, name, applied_at) VALUES (9999, 'of_the_future', 0)");
    expect(found("schema")).toEqual({
      check: "schema",
      status: "fail",
      text: `the database has migration 9999, and this Belfry knows only ${NEWEST}`,
      mend: "use the newer Belfry that has made it",
    });
  });

  test("inspectSqliteStore() says what the next start does when the database is older", async () => {
    await makeStore();
    using db = new DatabaseSync(paths.database);
    db.exec("DELETE FROM migrations WHERE number > 1");
    expect(found("schema")).toMatchObject({
      status: "ok",
      text: `migration 1; the next start brings it to ${NEWEST}`,
    });
  });

  test("inspectSqliteStore() fails when the database is another program's", () => {
    using db = new DatabaseSync(paths.database);
    db.exec("CREATE TABLE recipes (name TEXT)");
    expect(found("schema")).toMatchObject({ status: "fail", text: "the database is another program's" });
  });
});
