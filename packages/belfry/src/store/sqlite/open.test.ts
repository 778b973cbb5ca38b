import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acceptDue, NOW, TENANT } from "../contract/fixtures.ts";
import { createHealth } from "./health.ts";
import { holdLock } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { createProbe } from "./probe.ts";
import { openSqliteStore } from "./store.ts";
import { Writer } from "./writer.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (name = "belfry.db") => openSqliteStore({ path: join(folder, name), nowMs: NOW });

describe("openSqliteStore()", () => {
  test("finds what an earlier process has kept", async () => {
    const first = open();
    const delivery = await acceptDue(first);
    await first.close();
    const second = open();
    expect(await second.findDelivery(TENANT, delivery.id)).toEqual(delivery);
    await second.close();
  });

  test("keeps each commit durably, in write-ahead mode", async () => {
    await open().close();
    const db = new DatabaseSync(join(folder, "belfry.db"));
    expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    db.close();
  });

  test("refuses a file that is no database, and names it", () => {
    writeFileSync(join(folder, "foreign.db"), "this is not a database at all ".repeat(100));
    expect(() => open("foreign.db")).toThrow(expect.objectContaining({ code: "store_foreign" }));
    expect(() => open("foreign.db")).toThrow("foreign.db");
  });

  test("refuses a folder that is not there", () => {
    expect(() => open("missing/belfry.db")).toThrow(expect.objectContaining({ code: "store_unreachable" }));
  });

  test("refuses a database of a newer Belfry, and leaves it as it is", async () => {
    await open().close();
    const db = new DatabaseSync(join(folder, "belfry.db"));
    db.exec("INSERT INTO migrations (number, name, applied_at) VALUES (999, 'future', 0)");
    db.close();
    expect(() => open()).toThrow(expect.objectContaining({ code: "store_newer" }));
  });
});

describe("a store whose files change under it", () => {
  test("refuses to write while its database or its log is not the one that it has open", async () => {
    const store = open();
    await acceptDue(store, { id: "rem_1" });
    for (const name of ["belfry.db", "belfry.db-wal"]) {
      renameSync(join(folder, name), join(folder, "away"));
      await expect(acceptDue(store, { id: "rem_2" })).rejects.toMatchObject({ code: "store_unreachable" });
      renameSync(join(folder, "away"), join(folder, name));
      await acceptDue(store, { id: `rem_${name}` });
    }
    await store.close();
  });

  test("refuses to write for good once it has met damage", () => {
    const health = createHealth(join(folder, "any.db"));
    health.check();
    const corrupt = Object.assign(new Error("database disk image is malformed"), { errcode: 11 });
    expect(health.failureOf("read from", corrupt)).toMatchObject({ code: "store_damaged" });
    expect(() => health.check()).toThrow(expect.objectContaining({ code: "store_damaged" }));
  });

  test("tells by ping() that it cannot be written, though it can be read", async () => {
    const store = open();
    await store.ping();
    await store.close();
    const db = new DatabaseSync(join(folder, "belfry.db"));
    const ping = createProbe(db, new Writer(db));
    db.exec("PRAGMA query_only = 1");
    await expect(ping()).rejects.toMatchObject({ code: "store_read_only" });
    db.close();
  });
});

describe("openSqliteStore() of a file that is no whole database", () => {
  test("refuses one whose file is gone or empty while its log is not, and leaves the log", () => {
    writeFileSync(join(folder, "belfry.db-wal"), "log");
    expect(() => open()).toThrow(expect.objectContaining({ code: "store_damaged" }));
    writeFileSync(join(folder, "belfry.db"), "");
    expect(() => open()).toThrow(/the file is empty, and its log \S+ is not/);
    expect(readFileSync(join(folder, "belfry.db-wal"), "utf8")).toBe("log");
  });

  test("leaves nothing half made of one that it makes", async () => {
    await open().close();
    expect(readdirSync(folder)).toEqual(["belfry.db"]);
  });
});

describe("migrate()", () => {
  test("takes everything back when a step fails", () => {
    const db = new DatabaseSync(":memory:");
    const good = { number: 1, name: "good", sql: "CREATE TABLE a (n INTEGER)" };
    const bad = { number: 2, name: "bad", sql: "CREATE TABLE b (n INTEGER); nonsense" };
    expect(() => migrate(db, NOW, [good, bad])).toThrow();
    expect(db.prepare("SELECT name FROM sqlite_master").all()).toEqual([]);
    migrate(db, NOW, [good]);
    migrate(db, NOW, [good]);
    expect(db.prepare("SELECT number, name FROM migrations").all()).toEqual([{ number: 1, name: "good" }]);
    db.close();
  });
});

describe("holdLock()", () => {
  const script = (path: string) =>
    `import(${JSON.stringify(new URL("./lock.ts", import.meta.url).href)}).then(({ holdLock }) => holdLock(${JSON.stringify(path)}))`;
  const holdElsewhere = (path: string) =>
    spawnSync(process.execPath, ["-e", script(path)], { encoding: "utf8" });

  test("keeps another process out until it lets go", () => {
    const path = join(folder, "belfry.lock");
    const { letGo } = holdLock(path);
    const refused = holdElsewhere(path);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain("another Belfry runs on this folder");
    letGo();
    expect(holdElsewhere(path).status).toBe(0);
  });

  test("is taken again when its file was deleted, unless another has it by then", () => {
    const path = join(folder, "belfry.lock");
    const first = holdLock(path);
    rmSync(path);
    first.check();
    expect(() => holdLock(path)).toThrow(expect.objectContaining({ code: "store_in_use" }));
    rmSync(path);
    const second = holdLock(path);
    expect(() => first.check()).toThrow(expect.objectContaining({ code: "store_in_use" }));
    second.letGo();
    // It is not known what the other has done.
    expect(() => first.check()).toThrow(expect.objectContaining({ code: "store_in_use" }));
    first.letGo();
  });

  test("is let go by the system when its process ends", () => {
    const path = join(folder, "belfry.lock");
    expect(holdElsewhere(path).status).toBe(0);
    holdLock(path).letGo();
  });
});

test("a read of a store that is closed rejects with a StoreError", async () => {
  const store = open();
  await store.close();
  await expect(store.findReminder(TENANT, "rem_1")).rejects.toMatchObject({ code: "store_failed" });
  await expect(store.ping()).rejects.toMatchObject({ code: "store_failed" });
});
