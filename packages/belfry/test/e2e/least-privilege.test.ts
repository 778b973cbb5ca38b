import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask } from "../postgres/ask.ts";
import { type DeployedRoles, makeDeployedRoles } from "../postgres/deployed-roles.ts";
import { createDatabase, type TestDatabase } from "../postgres/shared-postgres.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { runBelfry } from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";

const DENIED = "42501";
const DAY_MS = 86_400_000;
const SOON = { timeout: 10_000, interval: 50 };

let database: TestDatabase;
let roles: DeployedRoles;
let receiver: RecordingReceiver;

beforeAll(async () => {
  database = await createDatabase();
  [roles, receiver] = await Promise.all([makeDeployedRoles(database), startRecordingReceiver()]);
});

afterAll(async () => {
  await receiver?.close();
  await roles?.[Symbol.asyncDispose]();
  await database?.drop();
});

/** The days for which the history has a place: 20260131. */
async function days(): Promise<string[]> {
  const rows = await ask<{ day: string }>(
    database.url,
    "SELECT right(relname, 8) AS day FROM pg_class WHERE relname ~ '^deliveries_history_\\d{8}$' AND relkind = 'r' ORDER BY 1",
  );
  return rows.map(({ day }) => day);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll("-", "");
}

describe("Belfry with the roles of deploy/postgres/roles.sql", () => {
  test("says in one line what to do when the runtime role comes before the owner", async () => {
    const { code, err } = await runBelfry(["start"], { BELFRY_DATABASE_URL: roles.runtimeUrl });
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(
        /^Cannot open the database \S+: it needs migration 6 \(first\), .+; run `belfry migrate` as the owner[^\n]+\n$/,
      ),
    });
    const { out } = await runBelfry(["doctor"], { BELFRY_DATABASE_URL: roles.runtimeUrl });
    expect(out).toMatch(
      /FAIL +schema +there is no schema "belfry" yet, and this Belfry needs \d+\n +-> run `belfry migrate` as its owner/,
    );
  });

  test("runs as the runtime role once the owner has migrated: takes, sends, keeps and forgets", async () => {
    const migrated = await runBelfry(["migrate"], { BELFRY_DATABASE_URL: roles.ownerUrl });
    expect(migrated).toMatchObject({ code: 0, out: expect.stringMatching(/^Made the schema "belfry" of /) });
    const nowMs = Date.now();
    const [old, coming] = [nowMs - 40 * DAY_MS, nowMs + 3 * DAY_MS];
    // A day that is over; for the one ahead nobody has made a place yet.
    await ask(roles.ownerUrl, `SELECT belfry.make_partitions(${Math.floor(old / DAY_MS)})`);
    expect(await days()).toEqual([dayOf(old)]);

    const settings = {
      BELFRY_DATABASE_URL: roles.runtimeUrl,
      BELFRY_RETENTION: "P30D",
      BELFRY_TICK: "PT0.2S",
    };
    await using belfry = await BelfryProcess.start(settings);
    const client = await belfry.client();
    const to = { channel: "webhook", address: receiver.url };
    const { id } = await client.reminders.create({ schedule: { in: "PT0.5S" }, to, message: "Hello" });
    await receiver.received(1);
    await vi.waitFor(async () => expect((await client.reminders.get(id)).state).toBe("finished"), SOON);
    await vi.waitFor(async () => expect(await days()).not.toContain(dayOf(old)), SOON);
    expect(await days()).toContain(dayOf(coming));
    expect(belfry.complaints).not.toMatch(/"level":"(warn|error|fatal)"/);
    const { out } = await runBelfry(["doctor"], { BELFRY_DATABASE_URL: roles.runtimeUrl });
    expect(out).toMatch(/ok +rights +the user may do all that it must/);
    expect(out).toMatch(/ok +workers +1 process works on it/);
  });

  test.each([
    "DROP TABLE belfry.deliveries",
    "TRUNCATE belfry.reminders",
    "ALTER TABLE belfry.tenants ADD COLUMN more int",
    "CREATE TABLE belfry.mine (id int)",
    "DROP SCHEMA belfry CASCADE",
    "SELECT * FROM other.secrets",
    "CREATE OR REPLACE FUNCTION belfry.refuse(code text) RETURNS void LANGUAGE sql AS 'SELECT'",
  ])("the runtime role may not %s", async (statement) => {
    await ask(
      database.url,
      "CREATE SCHEMA IF NOT EXISTS other; CREATE TABLE IF NOT EXISTS other.secrets (id int)",
    );
    await expect(ask(roles.runtimeUrl, statement)).rejects.toMatchObject({ code: DENIED });
  });

  test("the runtime role drops no table but days of the history, whatever it is told", async () => {
    for (const name of ["deliveries", "reminders_history", "deliveries_history_2026; DROP TABLE tenants"])
      await expect(ask(roles.runtimeUrl, "SELECT belfry.drop_partition($1)", [name])).rejects.toThrow(
        /it is no partition of the history/,
      );
  });
});
