import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acceptDue, NOW, TENANT } from "../contract/fixtures.ts";
import { holdLock } from "./lock.ts";
import { migrate } from "./migrate.ts";
import { openSqliteStore } from "./store.ts";

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
    const letGo = holdLock(path);
    const refused = holdElsewhere(path);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain("another Belfry runs on this folder");
    letGo();
    expect(holdElsewhere(path).status).toBe(0);
  });

  test("is let go by the system when its process ends", () => {
    const path = join(folder, "belfry.lock");
    expect(holdElsewhere(path).status).toBe(0);
    holdLock(path)();
  });
});

test("a read of a store that is closed rejects with a StoreError", async () => {
  const store = open();
  await store.close();
  await expect(store.findReminder(TENANT, "rem_1")).rejects.toMatchObject({ code: "store_failed" });
  await expect(store.ping()).rejects.toMatchObject({ code: "store_failed" });
});
