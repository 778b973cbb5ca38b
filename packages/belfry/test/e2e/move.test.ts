import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReminderDuePayload } from "../../src/channels/webhook/payload.ts";
import { type Client as ApiClient, createClient } from "../../src/client/client.ts";
import { occurrenceAt, reminderOf } from "../../src/store/contract/fixtures.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { freePort } from "../postgres/free-port.ts";
import { createDatabase, type TestDatabase } from "../postgres/shared-postgres.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import {
  type BelfryChild,
  type BelfrySettings,
  type CommandRun,
  runBelfry,
  spawnBelfry,
} from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";

/** Short, so that some is promoted before the move and some after it. */
const NEAR = { BELFRY_NEAR_WINDOW: "PT2S", BELFRY_TICK: "PT1S" };
const EVERY_MS = 1_000;
/** When the last one is due, after the beginning. */
const LAST_SECOND = 14;

let belfry: BelfryProcess;
let receiver: RecordingReceiver;
let database: TestDatabase;

beforeEach(async () => {
  [receiver, database] = await Promise.all([startRecordingReceiver(), createDatabase()]);
  belfry = await BelfryProcess.start(NEAR);
});

afterEach(async () => {
  await belfry?.[Symbol.asyncDispose]();
  await receiver?.close();
  await database?.drop();
});

function move(...args: string[]): Promise<CommandRun> {
  return runBelfry(["move", ...args], { ...belfry.settings, BELFRY_DATABASE_URL: database.url });
}

/** Another `belfry start`, with the key of the first one. */
function startOn(settings: BelfrySettings): Promise<BelfryProcess> {
  return BelfryProcess.start({ ...NEAR, ...settings }, { folder: belfry.folder });
}

/** One that rings each second and is not to lose any, and one-offs before, during and after the move. */
async function acceptMany(client: ApiClient, beganAtMs: number): Promise<void> {
  const to = { channel: "webhook" as const, address: `${receiver.url}/every` };
  await client.reminders.create({ schedule: { every: "PT1S" }, to, message: "every", catchUp: "all" });
  for (let second = 1; second <= LAST_SECOND; second++) {
    const at = new Date(beganAtMs + second * 1_000 + 500).toISOString();
    const address = `${receiver.url}/once/${second}`;
    await client.reminders.create({ schedule: { at }, to: { channel: "webhook", address }, message: "once" });
  }
}

interface Arrival {
  /** The delivery. */
  id: string;
  path: string;
  dueMs: number;
}

function arrivals(): Arrival[] {
  return receiver.requests.map(({ id, path, body }) => {
    const { timestamp } = JSON.parse(String(body)) as ReminderDuePayload;
    return { id, path: path.replace("/hook", ""), dueMs: Date.parse(timestamp) };
  });
}

describe("belfry move", () => {
  test("brings a living installation to PostgreSQL and back, and each occurrence arrives once", async () => {
    const beganAtMs = Date.now();
    await acceptMany(await belfry.client(), beganAtMs);
    await receiver.received(4);
    expect(await belfry.stop()).toMatchObject({ code: 0 });

    const there = await move("--from", belfry.dataFolder, "--to", "env");
    expect(there).toMatchObject({ code: 0, err: "" });
    expect(there.out).toMatch(/^reminders +\d+$/m);
    const onDatabase = await startOn({ BELFRY_DATABASE_URL: database.url });
    await receiver.received(16);
    // The key of before is known there.
    expect((await (await onDatabase.client()).stats()).reminders.active).toBeGreaterThan(0);
    expect(await onDatabase.stop()).toMatchObject({ code: 0 });

    const folder = `${belfry.folder}/back`;
    expect(await move("--from", "env", "--to", `${folder}/data`)).toMatchObject({ code: 0, err: "" });
    await using back = await BelfryProcess.start(NEAR, { folder });
    const client = createClient({ url: await back.url(), key: belfry.key });
    expect((await client.stats()).reminders.active).toBeGreaterThan(0);
    await pause(beganAtMs + LAST_SECOND * 1_000 + 1_500 - Date.now());
    expect(await back.stop()).toMatchObject({ code: 0 });

    const all = arrivals();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const once = all.filter(({ path }) => path !== "/every").map(({ path }) => path);
    expect(once.sort()).toEqual(Array.from({ length: LAST_SECOND }, (_, nth) => `/once/${nth + 1}`).sort());
    const instants = all.filter(({ path }) => path === "/every").map(({ dueMs }) => dueMs);
    instants.sort((a, b) => a - b);
    const steps = instants.slice(1).map((dueMs, index) => dueMs - (instants[index] ?? 0));
    expect(steps.length).toBeGreaterThan(LAST_SECOND - 3);
    expect(new Set(steps)).toEqual(new Set([EVERY_MS]));
  }, 90_000);

  test("is refused while Belfry runs on either side, and says who does", async () => {
    const onFolder = await move("--from", belfry.dataFolder, "--to", "env");
    expect(onFolder).toMatchObject({ code: 1, out: "" });
    expect(onFolder.err).toContain("another Belfry runs on this folder");

    await using onDatabase = await startOn({ BELFRY_DATABASE_URL: database.url });
    await belfry.stop();
    const refusal = new RegExp(
      `stop first: api and scheduler and worker wrk_\\S+ on \\S+, process ${onDatabase.pid}`,
    );
    const toIt = await move("--from", belfry.dataFolder, "--to", "env");
    expect(toIt).toMatchObject({ code: 1, out: "" });
    expect(toIt.err).toMatch(refusal);
    const fromIt = await move("--from", "env", "--to", `${belfry.folder}/new`);
    expect(fromIt.err).toMatch(refusal);
    // Nothing was begun.
    await belfry.restart();
  }, 60_000);

  test("that is killed leaves neither side to be started, until it is repeated or given up", async () => {
    await belfry.stop();
    await fill(belfry.dataFolder);
    const settings = { ...belfry.settings, BELFRY_DATABASE_URL: database.url };
    const kill = (signal: NodeJS.Signals) =>
      killAmidst(spawnBelfry(["move", "--from", belfry.dataFolder, "--to", "env"], settings), signal);
    expect(await kill("SIGKILL")).toEqual({ code: null, err: "" });

    const onFolder = await runBelfry(["tick"], belfry.settings);
    expect(onFolder.code).toBe(1);
    expect(onFolder.err).toMatch(
      /what it holds is being moved to \S+; repeat that `belfry move`, or give it up/,
    );
    const onDatabase = await runBelfry(["tick"], settings);
    expect(onDatabase.code).toBe(1);
    expect(onDatabase.err).toContain(`a move from ${belfry.dataFolder} has not ended`);

    const given = await move("--from", belfry.dataFolder, "--to", "env", "--abort");
    expect(given).toEqual({
      code: 0,
      out: `Given up: Belfry starts in ${belfry.dataFolder} again.\n`,
      err: "",
    });
    expect(await runBelfry(["tick"], belfry.settings)).toMatchObject({ code: 0 });

    const interrupted = await kill("SIGINT");
    expect(interrupted.code).toBe(1);
    expect(interrupted.err).toMatch(
      /^The move has begun and has not ended: repeat it, or .*\nCannot move .*: it was broken off\n$/,
    );
    const repeated = await move("--from", belfry.dataFolder, "--to", "env", "--json");
    expect(repeated).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(repeated.out).moved).toContainEqual({ what: "reminders", rows: FILLED });
    const old = await runBelfry(["tick"], belfry.settings);
    expect(old.err).toMatch(/what it held was moved to \S+; use that one/);
    await using moved = await startOn({ BELFRY_DATABASE_URL: database.url });
    expect((await (await moved.client()).stats()).reminders.active).toBe(FILLED);
  }, 120_000);

  test("says what is wrong with what it is told, and never shows a password", async () => {
    await belfry.stop();
    const closed = `postgres://me:top-secret@127.0.0.1:${await freePort()}/belfry`;
    const { dataFolder } = belfry;
    for (const [args, code, message] of [
      [["--from", dataFolder, "--to", closed], 1, "nobody listens there"],
      [["--from", dataFolder, "--to", "postgres://me:top-secret@"], 2, "Cannot use --to: "],
      [["--from", dataFolder, "--to", "mysql://me:top-secret@h/b"], 2, "it does not begin with postgres://"],
      [["--from", dataFolder, "--to", dataFolder], 1, "they are the same"],
      [["--from", `${dataFolder}/none`, "--to", "env"], 1, "there is no belfry.db in "],
      [["--from", "env", "--to", `${dataFolder}/none`], 1, 'has no Belfry in its schema "belfry"'],
      [["--from", dataFolder, "--from-schema", "x", "--to", "env"], 2, "--from is a folder, which has none"],
      [["--from", "@/nonexistent", "--to", dataFolder], 2, "Cannot use --from: the file cannot be read"],
      [["--from", dataFolder], 2, "--to is missing"],
      [["--from", dataFolder, "--abort"], 1, "none was begun"],
    ] as const) {
      const run = await move(...args);
      expect([args, run.code, run.out]).toEqual([args, code, ""]);
      expect(run.err).toContain(message);
      expect(run.err).not.toContain("top-secret");
    }
    await belfry.restart();
  }, 60_000);
});

/** Rows that take the move longer than to be killed. */
const FILLED = 30_000;

async function fill(dataFolder: string): Promise<void> {
  const store = openSqliteStore({ path: join(dataFolder, "belfry.db"), nowMs: Date.now() });
  const next = occurrenceAt(Date.now() + 86_400_000);
  for (let first = 0; first < FILLED; first += 1_000) {
    const ids = Array.from({ length: 1_000 }, (_, nth) => `rem_${first + nth}`);
    const reminders = ids.map((id) => reminderOf({ id, tenantId: "tnt_default", next }));
    await store.accept(reminders.map((reminder) => ({ reminder, deliveries: [] })));
  }
  await store.close();
}

/** Sends it a signal once some reminders have arrived. */
async function killAmidst(
  child: BelfryChild,
  signal: NodeJS.Signals,
): Promise<{ code: number | null; err: string }> {
  const ended = Promise.all([once(child, "exit"), text(child.stderr)]);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  while (!(await haveSomeArrived(client))) await pause(5);
  child.kill(signal);
  const [[code], err] = await ended;
  await client.end();
  return { code: typeof code === "number" ? code : null, err };
}

async function haveSomeArrived(client: Client): Promise<boolean> {
  try {
    return ((await client.query("SELECT FROM belfry.reminders LIMIT 1")).rowCount ?? 0) > 0;
  } catch {
    // The table is not there yet.
    return false;
  }
}
