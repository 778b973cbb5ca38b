import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { VERSION } from "../../src/config/version.ts";
import { MIGRATIONS } from "../../src/store/postgres/migrate.ts";
import type { Migration } from "../../src/store/postgres/migrations/migration.ts";
import { ask } from "../postgres/ask.ts";
import { createDatabase, type TestDatabase } from "../postgres/shared-postgres.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { type BelfrySettings, runBelfry } from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";

const NEWER = [new URL("newer-version.ts", import.meta.url).href];
const KNOWN = MIGRATIONS.at(-1)?.number ?? 0;
const SOON = { timeout: 10_000, interval: 50 };

let database: TestDatabase;
let receiver: RecordingReceiver;
let old: BelfryProcess;

beforeAll(async () => {
  [database, receiver] = await Promise.all([createDatabase(), startRecordingReceiver()]);
  old = await BelfryProcess.start(common());
});

afterAll(async () => {
  await old?.[Symbol.asyncDispose]();
  await receiver?.close();
  await database?.drop();
});

function common(): BelfrySettings {
  return { BELFRY_DATABASE_URL: database.url, BELFRY_ADMIN_KEY: "the-key-of-both-versions-0123456789" };
}

/** The settings of the version to come, with its migration. */
function newer(migration: Omit<Migration, "name">): BelfrySettings {
  return { ...common(), FUTURE_MIGRATION: JSON.stringify({ ...migration, name: "future" }) };
}

async function remind(belfry: BelfryProcess, count: number): Promise<void> {
  const to = { channel: "webhook", address: receiver.url };
  const reminders = Array.from({ length: count }, (_, i) => ({
    schedule: { in: "PT0.3S" },
    to,
    message: `${i}`,
  }));
  await (await belfry.client()).reminders.createBatch(reminders);
}

async function columns(): Promise<string[]> {
  const rows = await ask<{ name: string }>(
    database.url,
    "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'belfry.reminders'::regclass AND attname IN ('colour', 'shape')",
  );
  return rows.map(({ name }) => name);
}

describe("a rollout", () => {
  test("whose migration fails changes nothing, and the version before goes on", async () => {
    const sql = "ALTER TABLE reminders ADD COLUMN colour text; SELECT 1 / 0";
    const settings = newer({ number: KNOWN + 1, worksWith: KNOWN, sql });
    const { code, out, err } = await runBelfry(["start"], settings, { imports: NEWER });
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "",
      err: expect.stringMatching(
        new RegExp(
          `^Cannot open the database \\S+: migration ${KNOWN + 1} \\(future\\) failed and nothing was changed: division by zero\n$`,
        ),
      ),
    });
    expect(await columns()).toEqual([]);
    await remind(old, 5);
    await receiver.received(5);
    await old.stop();
    await old.restart();
  });

  test("lets both versions work at the same time, and the one before start again", async () => {
    const sql = ["reminders", "deliveries", "deliveries_history"]
      .map((table) => `ALTER TABLE ${table} ADD COLUMN colour text;`)
      .join("\n");
    const settings = newer({ number: KNOWN + 1, worksWith: KNOWN, sql });
    await using next = await BelfryProcess.start(settings, { imports: NEWER });
    expect(await columns()).toEqual(["colour"]);
    const versions = (await (await old.client()).workers.list()).items.map(({ version }) => version);
    expect(versions.sort()).toEqual([VERSION, "99.0.0"].sort());
    const before = receiver.requests.length;
    await Promise.all([remind(old, 40), remind(next, 40)]);
    await receiver.received(before + 80);
    await old.stop();
    await old.restart();
    await Promise.all([remind(old, 10), remind(next, 10)]);
    await receiver.received(before + 100);
    await vi.waitFor(async () => {
      expect((await (await old.client()).deliveries.list({ state: "leased" })).items).toEqual([]);
    }, SOON);
    expect(new Set(receiver.requests.map(({ id }) => id)).size).toBe(before + 100);
    expect(receiver.requests).toHaveLength(before + 100);
    expect(old.complaints + next.complaints).not.toMatch(/"level":"(warn|error|fatal)"/);
    const { out } = await runBelfry(["doctor"], common());
    expect(out).toMatch(
      new RegExp(
        `warn +schema +schema "belfry" is at migration ${KNOWN + 1}, of a newer Belfry\n +-> finish the rollout`,
      ),
    );
  });

  test("to a version that the one before cannot work beside leaves what runs, and lets it start no more", async () => {
    const sql = "ALTER TABLE reminders ADD COLUMN shape text";
    const settings = newer({ number: KNOWN + 2, worksWith: KNOWN + 2, sql });
    const { code, out } = await runBelfry(["migrate"], settings, { imports: NEWER });
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining(`from migration ${KNOWN + 1} to ${KNOWN + 2}`),
    });
    const before = receiver.requests.length;
    await remind(old, 5);
    await receiver.received(before + 5);
    const again = await runBelfry(["start"], common());
    expect(again).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /^Cannot open the database \S+: it has migration \d+, .+; use the newer Belfry\n$/,
      ),
    });
  });
});
