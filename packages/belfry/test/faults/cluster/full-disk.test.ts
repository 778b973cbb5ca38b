import { randomBytes } from "node:crypto";
import { chownSync, cpSync, mkdirSync, readdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askApi } from "../../e2e/api-request.ts";
import { serverUser } from "../../postgres/server-user.ts";
import { type PostgresServer, startPostgres } from "../../postgres/start-postgres.ts";
import { seededRandom } from "../seeded-random.ts";
import { SmallDisk, whyNoDisk } from "../small-disk.ts";
import { ask } from "./account.ts";
import { ADMIN_KEY, Cluster } from "./cluster.ts";
import { expectWhole, runTrial, type TrialOptions } from "./trial.ts";

const LEASE_MS = 3_000;
const WITHIN_MS = 120_000;
const FULL_FOR_MS = 3_000;
/** More than one row of a page takes, so that the tables grow soon. */
const METADATA = { filling: "x".repeat(1_000) };

const noDisk = whyNoDisk();
const random = seededRandom("FAULT_SEED");
const disks: SmallDisk[] = [];
let postgres: PostgresServer;
let cluster: Cluster;

beforeAll(async () => {
  if (noDisk !== null) return;
  const [data, log] = [new SmallDisk("48m"), new SmallDisk("24m")];
  disks.push(data, log);
  // Segments of 1 MiB, so that it needs a new one at any moment.
  const settings = { min_wal_size: "2MB", max_wal_size: "4MB" };
  postgres = await startPostgres({ settings, initdb: ["--wal-segsize=1"] });
  await moveLog(postgres, log);
  const space = ownedFolder(data, "space");
  await ask(postgres.url(), `CREATE TABLESPACE small LOCATION '${space}'`);
  await ask(postgres.url(), "CREATE DATABASE fillable TEMPLATE template0 TABLESPACE small");
  const databaseUrl = postgres.url("fillable");
  cluster = await Cluster.start({ databaseUrl, leaseMs: LEASE_MS, schedulers: 1, workers: 2 });
}, WITHIN_MS);

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await postgres?.[Symbol.asyncDispose]();
  for (const disk of disks) disk[Symbol.dispose]();
});

/** Puts the server's write-ahead log on a disk of its own. */
async function moveLog(server: PostgresServer, disk: SmallDisk): Promise<void> {
  await server.stop();
  const from = join(server.folder, "data/pg_wal");
  const to = ownedFolder(disk, "log");
  cpSync(from, to, { recursive: true });
  for (const name of readdirSync(to, { recursive: true, encoding: "utf8" })) giveToServer(join(to, name));
  renameSync(from, `${from}.old`);
  symlinkSync(to, from);
  await server.start();
}

function ownedFolder(disk: SmallDisk, name: string): string {
  const path = join(disk.folder, name);
  mkdirSync(path, { mode: 0o700 });
  giveToServer(path);
  return path;
}

function giveToServer(path: string): void {
  const user = serverUser();
  if (user) chownSync(path, user.uid, user.gid);
}

/** The segments that it has would last for a while. */
async function writeLogUntilItFails(): Promise<void> {
  const filling = randomBytes(500_000).toString("hex");
  const text = "SELECT pg_logical_emit_message(false, 'test', $1)";
  while (await ask(postgres.url(), text, [filling]).catch(() => null));
  await pause(50);
}

function trialOf(name: string): TrialOptions {
  const wish = { metadata: METADATA };
  const forMs = 3_000;
  return { cluster, random, name, count: 1_000, forMs, dueMs: [50, 2_500], settledWithinMs: 15_000, wish };
}

/** What the API says to one who asks for a reminder now. */
async function refusal(): Promise<{ status: number; code: string }> {
  const html = randomBytes(45_000).toString("base64");
  const { status, body } = await askApi<{ code: string }>({
    url: await cluster.api.url(),
    method: "POST",
    path: "/v1/reminders",
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
    // More than the pages that are there have room for, and nothing to compress.
    body: { schedule: { in: "P300D" }, to: { channel: "inbox" }, content: { text: "long", html } },
  });
  return { status, code: body.code };
}

describe.skipIf(noDisk !== null)(
  `a cluster whose database has a full disk${noDisk === null ? ` (seed ${random.seed})` : ` (skipped: ${noDisk})`}`,
  { timeout: WITHIN_MS },
  () => {
    test("refuses with the reason, loses nothing, and goes on once there is room", async () => {
      const [data] = disks;
      const refusals: { status: number; code: string }[] = [];
      const account = await runTrial(trialOf("data full"), async () => {
        await pause(1_000);
        data?.fill();
        refusals.push(await refusal());
        await pause(FULL_FOR_MS);
        data?.makeRoom();
      });
      expect(refusals).toEqual([{ status: 503, code: "store_full" }]);
      expectWhole(account);
    });

    test("loses nothing when the log of its database has no room, which ends that", async () => {
      const [, log] = disks;
      const account = await runTrial(trialOf("log full"), async () => {
        await pause(1_000);
        const endMs = performance.now() + FULL_FOR_MS;
        // Each time it starts again it finds some room, in segments that it needs no more.
        while (performance.now() < endMs) {
          log?.fill();
          await writeLogUntilItFails();
        }
        log?.makeRoom();
        if (!postgres.isUp) await postgres.start();
      });
      expect(postgres.log).toMatch(/PANIC: .*pg_wal.*No space left on device/);
      expect(account.askedAgain).toBeGreaterThan(0);
      expectWhole(account);
    });
  },
);
