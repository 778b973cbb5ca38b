import { afterAll, beforeAll, expect, test } from "vitest";
import { DatabaseProxy } from "../../../test/faults/cluster/database-proxy.ts";
import { createDatabase } from "../../../test/postgres/shared-postgres.ts";
import type { BelfryError } from "../../domain/errors.ts";
import { NOW } from "../contract/fixtures.ts";
import { Database } from "./database.ts";
import { Session } from "./session.ts";
import { statement } from "./statement.ts";
import { openPostgresStore } from "./store.ts";

const SILENT_AFTER_MS = 400;
/** What two times of silence would not fit into, with what it takes to ask and to connect. */
const ONE_SILENCE_MS = 2 * SILENT_AFTER_MS - 50;

const ONE = statement("one", "SELECT 1 AS n");
const LONG = statement("long", `SELECT 1 AS n FROM pg_sleep(${(2.5 * SILENT_AFTER_MS) / 1_000})`);

let database: Awaited<ReturnType<typeof createDatabase>>;
let proxy: DatabaseProxy;

beforeAll(async () => {
  database = await createDatabase();
  proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await database.drop();
});

function settings(told: BelfryError[] = []) {
  return {
    url: proxy.through(database.url),
    schema: "belfry",
    applicationName: "belfry silence",
    poolSize: 3,
    silentAfterMs: SILENT_AFTER_MS,
    onConnectionFault: (error: BelfryError) => told.push(error),
  };
}

/** As many connections as there are places, all idle. */
async function filled(told: BelfryError[] = []): Promise<Database> {
  const opened = new Database(settings(told));
  await Promise.all([1, 2, 3].map(() => opened.run(ONE)));
  return opened;
}

test("write() fails when its connection hangs, and the next goes to a new one at once", async () => {
  const told: BelfryError[] = [];
  const opened = await filled(told);
  proxy.leaveHanging();
  await expect(opened.write(ONE)).rejects.toMatchObject({
    code: "store_unreachable",
    message: expect.stringMatching(
      /^Cannot write to the database .+: a connection fell silent and was given up/,
    ),
  });
  expect(opened.outages.isRecent).toBe(true);
  const beganMs = performance.now();
  for (let time = 0; time < 3; time++) expect(await opened.write(ONE)).toEqual([{ n: 1 }]);
  // Those that were idle are as dead, and cost nothing more.
  expect(performance.now() - beganMs).toBeLessThan(SILENT_AFTER_MS);
  expect(told.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Cannot hear from the database .+: a connection fell silent and was given up/),
  ]);
  await opened.close();
});

test("run() is answered on a new connection when its own hangs", async () => {
  const opened = await filled();
  proxy.leaveHanging();
  expect(await opened.run(ONE)).toEqual([{ n: 1 }]);
  await opened.close();
});

test("many at once wait for one silence, not for one after the other", async () => {
  const opened = await filled();
  proxy.leaveHanging();
  const beganMs = performance.now();
  const results = await Promise.allSettled(Array.from({ length: 9 }, () => opened.write(ONE)));
  expect(results.map(({ status }) => status)).toEqual([
    ...Array(3).fill("rejected"),
    ...Array(6).fill("fulfilled"),
  ]);
  expect(performance.now() - beganMs).toBeLessThan(ONE_SILENCE_MS);
  await opened.close();
});

test("transaction() ends with its connection when that hangs in the middle, and asks no ROLLBACK of it", async () => {
  const opened = await filled();
  const beganMs = performance.now();
  const attempt = opened.transaction(async (transaction) => {
    await transaction.run(ONE);
    proxy.leaveHanging();
    await transaction.run(ONE);
  });
  await expect(attempt).rejects.toMatchObject({ code: "store_unreachable" });
  expect(performance.now() - beganMs).toBeLessThan(ONE_SILENCE_MS);
  expect(await opened.transaction((transaction) => transaction.run(ONE))).toEqual([{ n: 1 }]);
  await opened.close();
});

test("no statement is given up while the server is at work on it, whoever asked", async () => {
  const told: BelfryError[] = [];
  const opened = new Database(settings(told));
  const session = await Session.open(opened);
  const expected = [{ n: 1 }];
  expect(
    await Promise.all([
      opened.run(LONG),
      opened.write(LONG),
      opened.transaction((transaction) => transaction.run(LONG)),
      session.run(LONG),
    ]),
  ).toEqual([expected, expected, expected, expected]);
  expect(told).toEqual([]);
  await session.close();
  await opened.close();
});

test("no statement is given up while it waits for a lock that another holds", async () => {
  const opened = new Database(settings());
  const lock = statement("lock", "SELECT pg_advisory_xact_lock(7, 7)");
  const isHeld = Promise.withResolvers<void>();
  const holder = opened.transaction(async (transaction) => {
    await transaction.run(lock);
    isHeld.resolve();
    await transaction.run(LONG);
  });
  await isHeld.promise;
  await opened.transaction((transaction) => transaction.run(lock));
  await holder;
  await opened.close();
});

test("a session of its own ends when it hangs, and closing does not wait for the server", async () => {
  const opened = new Database(settings());
  const session = await Session.open(opened);
  proxy.leaveHanging();
  await expect(session.transact((transaction) => transaction.run(ONE))).rejects.toMatchObject({
    code: "store_unreachable",
  });
  await session.close();
  const other = await Session.open(opened);
  proxy.leaveHanging();
  await other.close();
  await opened.close();
});

test("join() tells a process that its standing was lost, and is back, when the connection for it hangs", async () => {
  const store = await openPostgresStore({ ...settings(), notifyWithinMs: 0 });
  const lost = Promise.withResolvers<void>();
  const back = Promise.withResolvers<void>();
  const worker = {
    id: "wrk_1",
    roles: ["worker" as const],
    host: "h",
    pid: 1,
    version: "1",
    machine: null,
    partition: null,
    startedAtMs: NOW,
  };
  await store.join(worker, { onLost: lost.resolve, onBack: back.resolve });
  proxy.leaveHanging();
  await lost.promise;
  await back.promise;
  await store.close();
});
