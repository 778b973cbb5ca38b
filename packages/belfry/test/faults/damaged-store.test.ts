import { randomBytes } from "node:crypto";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { ReminderInput } from "../../src/http/schemas/reminder.ts";
import { runBelfry } from "../e2e/belfry-command.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { faultLines } from "./fault-lines.ts";

const COUNT = 400;
const PAGE = 4_096;
/** Tests that run at once take as long as all of them after each other. */
const TOGETHER_MS = 60_000;
const DAMAGED = /^Cannot open the database \S+belfry\.db: the file is damaged.*; restore it from a backup\n$/;

/** A folder as a clean end leaves it, and one as a kill does, with a log beside the database. */
let stopped: string;
let killed: string;
let folder: string;
let copies = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "belfry-damage-"));
  await using belfry = await BelfryProcess.start();
  const client = await belfry.client();
  await client.reminders.createBatch(Array.from({ length: COUNT }, (_, i) => reminderOf(i)));
  await belfry.stop();
  stopped = keep(belfry, "stopped");
  await belfry.restart();
  await (await belfry.client()).reminders.create(reminderOf(COUNT));
  await belfry.kill();
  killed = keep(belfry, "killed");
  expect(statSync(join(killed, "belfry.db-wal")).size).toBeGreaterThan(0);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function reminderOf(i: number): ReminderInput {
  return { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: `${i} ${"x".repeat(500)}` };
}

function keep(belfry: BelfryProcess, name: string): string {
  const path = join(folder, name);
  cpSync(belfry.dataFolder, path, { recursive: true });
  return path;
}

const file = (data: string, ending = ""): string => join(data, `belfry.db${ending}`);

/** Writes noise over some pages of a file. */
function scribble(path: string, pages: (total: number) => number[]): void {
  const target = openSync(path, "r+");
  for (const page of pages(Math.floor(statSync(path).size / PAGE)))
    writeSync(target, randomBytes(PAGE), 0, PAGE, page * PAGE);
  closeSync(target);
}

function removeDatabase(data: string): void {
  for (const ending of ["", "-wal", "-shm"]) rmSync(file(data, ending), { force: true });
}

interface Damage {
  of: () => string;
  harm: (data: string) => void;
  says: RegExp;
}

const REFUSED: Record<string, Damage> = {
  "one page of many is noise": {
    of: () => stopped,
    harm: (data) => scribble(file(data), (total) => [Math.floor(total / 2)]),
    says: DAMAGED,
  },
  "its first page is noise": {
    of: () => stopped,
    harm: (data) => scribble(file(data), () => [0]),
    says: /^Cannot open the database \S+: the file is not a SQLite database: it is damaged, or .+\n$/,
  },
  "half of it is missing": {
    of: () => stopped,
    harm: (data) => truncateSync(file(data), Math.floor(statSync(file(data)).size / 2)),
    says: DAMAGED,
  },
  "it is empty": {
    of: () => stopped,
    harm: (data) => truncateSync(file(data), 0),
    says: /^Cannot open the database \S+: the file is empty; restore it from a backup, or delete .+\n$/,
  },
  "it is empty and its log is not": {
    of: () => killed,
    harm: (data) => truncateSync(file(data), 0),
    says: /^Cannot open the database \S+: the file is empty, and its log \S+-wal is not; restore it .+\n$/,
  },
  "it is missing and its log is not": {
    of: () => killed,
    harm: (data) => rmSync(file(data)),
    says: /^Cannot open the database \S+: the file is missing, and its log \S+-wal is not; restore it .+\n$/,
  },
  "it is a text": {
    of: () => stopped,
    harm: (data) => writeFileSync(file(data), "no database at all ".repeat(1_000)),
    says: /^Cannot open the database \S+: the file is not a SQLite database: .+ BELFRY_DATA.+\n$/,
  },
  "it is a folder": {
    of: () => stopped,
    harm: (data) => {
      removeDatabase(data);
      mkdirSync(file(data));
    },
    says: /^Cannot open the database \S+: the file cannot be opened; .+\n$/,
  },
  "it is another program's": {
    of: () => stopped,
    harm: (data) => {
      removeDatabase(data);
      using other = new DatabaseSync(file(data));
      other.exec("CREATE TABLE reminders (text)");
    },
    says: /^Cannot open the database \S+: it is another program's; name another data folder: BELFRY_DATA.+\n$/,
  },
  "it is a newer Belfry's": {
    of: () => stopped,
    harm: (data) => {
      using other = new DatabaseSync(file(data));
      other.exec("INSERT INTO migrations (number, name, applied_at) VALUES (999, 'future', 0)");
    },
    says: /^Cannot open the database \S+: it has migration 999, and .+; use the newer Belfry\n$/,
  },
  "a migration fails": {
    of: () => stopped,
    harm: (data) => {
      using other = new DatabaseSync(file(data));
      other.exec("DELETE FROM migrations WHERE number > 1");
    },
    says: /^Cannot open the database \S+: migration 2 \(\w+\) failed and nothing was changed: .+\n$/,
  },
};

describe.concurrent("a start", { timeout: TOGETHER_MS }, () => {
  test.each(Object.keys(REFUSED))(
    "ends with the reason in one line, and changes nothing, when %s",
    async (name) => {
      const { of, harm, says } = REFUSED[name] as Damage;
      const data = join(folder, `${++copies}`);
      cpSync(of(), data, { recursive: true });
      harm(data);
      const before = readdirSync(data).map((entry) => statSync(join(data, entry)).size);
      const { code, out, err } = await runBelfry(["start"], { BELFRY_DATA: data, BELFRY_PORT: "0" });
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toMatch(says);
      if (existsSync(file(data)) && !existsSync(file(data, "-wal")))
        expect(readdirSync(data).map((entry) => statSync(join(data, entry)).size)).toEqual(before);
    },
  );

  test.each<[string, (data: string) => void, number]>([
    [
      "the shared memory is noise",
      (data) => scribble(file(data, "-shm"), (n) => [...Array(n).keys()]),
      COUNT + 1,
    ],
    // What a log that is deleted or noise held is lost; all that had left it is there.
    ["the log was deleted", (data) => rmSync(file(data, "-wal")), COUNT],
    ["the log is noise", (data) => writeFileSync(file(data, "-wal"), randomBytes(100_000)), COUNT],
    [
      "the log ends in noise",
      (data) => writeFileSync(file(data, "-wal"), randomBytes(50_000), { flag: "a" }),
      COUNT + 1,
    ],
  ])("after a kill finds what is left when %s", async (_, harm, count) => {
    const parent = join(folder, `${++copies}`);
    cpSync(killed, join(parent, "data"), { recursive: true });
    harm(join(parent, "data"));
    await using belfry = await BelfryProcess.start({}, { folder: parent });
    const client = await belfry.client();
    const found = await Array.fromAsync(client.reminders.all({ limit: 100 }));
    expect(found).toHaveLength(count);
  });
});

describe("a running server", () => {
  const request = () => reminderOf(-1);
  const WAIT = { timeout: 10_000, interval: 50 };

  async function expectRefusal(belfry: BelfryProcess, code: string): Promise<void> {
    await vi.waitFor(async () => {
      const answer = await belfry.api("POST", "/v1/reminders", request());
      expect(answer).toMatchObject({ status: 503, body: { code } });
    }, WAIT);
    await expectReadiness(belfry, 503);
    expect(await belfry.api("GET", "/healthz")).toMatchObject({ status: 200 });
  }

  async function expectReadiness(belfry: BelfryProcess, status: number): Promise<void> {
    await vi.waitFor(async () => expect(await belfry.api("GET", "/readyz")).toMatchObject({ status }), WAIT);
  }

  test("whose database is damaged promises nothing more, and does not spin", async () => {
    const parent = join(folder, `${++copies}`);
    cpSync(stopped, join(parent, "data"), { recursive: true });
    outgrowMemory(file(join(parent, "data")));
    await using belfry = await BelfryProcess.start({ BELFRY_TICK: "PT1S" }, { folder: parent });
    scribble(file(belfry.dataFolder), (total) => Array.from({ length: total - 1 }, (_, i) => i + 1));
    // Whoever reads what is not in memory meets the damage.
    await belfry.api("GET", "/v1/reminders?limit=100");
    await belfry.api("GET", "/v1/deliveries?limit=100");
    await expectRefusal(belfry, "store_damaged");
    const [faults, cpu] = [faultLines(belfry.complaints).length, cpuTicks(belfry)];
    await pause(2_000);
    expect(faultLines(belfry.complaints).length - faults).toBeLessThan(6);
    expect(cpuTicks(belfry) - cpu).toBeLessThan(100);
    expect(belfry.complaints).toMatch(/belfry\.db: the file is damaged; restore it from a backup/);
    expect(await belfry.stop()).toMatchObject({ code: 0 });
  });

  test("whose database is moved away promises nothing more, until it is back", async () => {
    await using belfry = await BelfryProcess.start();
    const [path, away] = [file(belfry.dataFolder), file(belfry.dataFolder, ".away")];
    renameSync(path, away);
    await expectRefusal(belfry, "store_unreachable");
    expect(belfry.complaints).toMatch(/the file or its log \(-wal\) was moved, deleted or replaced/);
    renameSync(away, path);
    await expectReadiness(belfry, 200);
    expect(await belfry.api("POST", "/v1/reminders", request())).toMatchObject({ status: 201 });
  });

  test.each(["", "-wal"])(
    "whose belfry.db%s is replaced promises nothing more; a restart finds all",
    async (ending) => {
      await using belfry = await BelfryProcess.start();
      const path = file(belfry.dataFolder, ending);
      for (let i = 0; i < 3; i++)
        expect(await belfry.api("POST", "/v1/reminders", reminderOf(i))).toMatchObject({ status: 201 });
      // What is written goes on into the one that is open.
      renameSync(path, `${path}.away`);
      cpSync(`${path}.away`, path);
      await expectRefusal(belfry, "store_unreachable");
      expect(await belfry.stop()).toMatchObject({ code: 0 });
      renameSync(`${path}.away`, path);
      await belfry.restart();
      expect((await (await belfry.client()).reminders.list()).items).toHaveLength(3);
    },
  );
});

/** What SQLite keeps in memory it does not read again, so no damage to it is seen. */
function outgrowMemory(path: string): void {
  using database = new DatabaseSync(path);
  database.exec(
    `INSERT INTO idempotency (tenant_id, route, key, fingerprint, status, body, created_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
     SELECT 'tnt_default', 'POST /v1/reminders', i, 'x', 201, hex(zeroblob(500000)), ${Date.now()} FROM n`,
  );
}

/** The processor time that a server has used, in ticks of 10 ms; see proc_pid_stat(5). */
function cpuTicks(belfry: BelfryProcess): number {
  const stat = readFileSync(`/proc/${belfry.child.pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
