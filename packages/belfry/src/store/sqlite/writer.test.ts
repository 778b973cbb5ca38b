import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { ConflictError } from "../../domain/errors.ts";
import type { Commit } from "../commit.ts";
import { Writer } from "./writer.ts";

function open() {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
  const insert = db.prepare("INSERT INTO numbers (n) VALUES (?)");
  const all = (): number[] =>
    db
      .prepare("SELECT n FROM numbers ORDER BY n")
      .all()
      .map((row) => Number(row.n));
  const commits: Commit[] = [];
  const writer = new Writer(db, { onCommit: (commit) => commits.push(commit) });
  return { db, writer, put: (n: number) => void insert.run(n), all, commits };
}

describe("Writer", () => {
  test("commits together what is asked for in one turn", async () => {
    const { db, writer, put, all } = open();
    let commits = 0;
    const exec = db.exec.bind(db);
    db.exec = (sql) => {
      if (sql === "COMMIT") commits += 1;
      exec(sql);
    };
    await Promise.all([1, 2, 3].map((n) => writer.run(() => put(n))));
    expect(all()).toEqual([1, 2, 3]);
    expect(commits).toBe(1);
  });

  test("resolves with what the work returns", async () => {
    const { writer } = open();
    expect(await writer.run(() => 42)).toBe(42);
  });

  test("leaves out only the job that is refused", async () => {
    const { writer, put, all } = open();
    const refused = () => {
      throw new ConflictError("taken", "Cannot put: it is taken");
    };
    const results = await Promise.allSettled([
      writer.run(() => put(1)),
      writer.run(refused),
      writer.run(() => put(3)),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(all()).toEqual([1, 3]);
  });

  test("keeps nothing of a job that is refused after it has written", async () => {
    const { writer, put, all } = open();
    const tooLate = () => {
      put(2);
      throw new ConflictError("taken", "Cannot put: it is taken");
    };
    const results = await Promise.allSettled([writer.run(() => put(1)), writer.run(tooLate)]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected"]);
    expect(all()).toEqual([1]);
  });

  test("rejects a job at which the store fails, and keeps the others", async () => {
    const { writer, put, all } = open();
    const results = await Promise.allSettled([1, 1, 3].map((n) => writer.run(() => put(n))));
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(all()).toEqual([1, 3]);
  });

  test("tells of every transaction: how much it held, how long it took and whether it went well", async () => {
    const { writer, put, commits } = open();
    await Promise.all([1, 2].map((n) => writer.run(() => put(n))));
    await Promise.allSettled([2, 3].map((n) => writer.run(() => put(n))));
    expect(commits.map(({ jobs, isOk }) => ({ jobs, isOk }))).toEqual([
      { jobs: 2, isOk: true },
      { jobs: 2, isOk: false },
      { jobs: 1, isOk: false },
      { jobs: 1, isOk: true },
    ]);
    expect(commits.every(({ durationMs }) => durationMs >= 0)).toBe(true);
  });

  test("rejects all at once, and tries none by itself, when the disk is full; then goes on", async () => {
    const { db, writer, put, all, commits } = open();
    db.exec("CREATE TABLE texts (t TEXT)");
    const fill = () => db.exec("INSERT INTO texts VALUES (hex(zeroblob(100000)))");
    const { page_count: pages } = db.prepare("PRAGMA page_count").get() as { page_count: number };
    db.exec(`PRAGMA max_page_count = ${pages + 5}`);
    const results = await Promise.allSettled([
      writer.run(() => put(1)),
      writer.run(fill),
      writer.run(() => put(2)),
    ]);
    const refusal = {
      reason: { code: "store_full", message: expect.stringContaining("the disk is full; make room") },
    };
    expect(results).toMatchObject([refusal, refusal, refusal]);
    expect(commits).toHaveLength(1);
    db.exec("PRAGMA max_page_count = 10000");
    await Promise.all([writer.run(fill), writer.run(() => put(3))]);
    expect(all()).toEqual([3]);
  });

  test("does not wait for another program's lock when it is closed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "belfry-writer-"));
    try {
      using db = new DatabaseSync(join(folder, "a.db"));
      using other = new DatabaseSync(join(folder, "a.db"));
      const writer = new Writer(db);
      other.exec("BEGIN IMMEDIATE");
      const refused = expect(writer.run(() => 1)).rejects.toMatchObject({ code: "store_locked" });
      writer.close();
      await refused;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("rejects with a StoreError when the database is closed", async () => {
    const { db, writer, put } = open();
    db.close();
    await expect(writer.run(() => put(1))).rejects.toMatchObject({ code: "store_failed" });
  });
});
