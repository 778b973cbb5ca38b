import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask } from "../postgres/ask.ts";
import { FakePostgres } from "../postgres/fake-postgres.ts";
import { freePort } from "../postgres/free-port.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { type PostgresServer, startPostgres } from "../postgres/start-postgres.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { type BelfryChild, type BelfrySettings, runBelfry, spawnBelfry } from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";

const SOON = { timeout: 20_000, interval: 50 };
/** With it nothing is written into a data folder. */
const BELFRY_ADMIN_KEY = "a-key-that-is-kept-in-no-file-0123456789";

/** A start that waits; resolves once it has complained. */
async function startWaiting(settings: BelfrySettings): Promise<{ child: BelfryChild; complaint: string }> {
  const child = spawnBelfry(["start"], { BELFRY_PORT: "0", BELFRY_ADMIN_KEY, ...settings });
  const [complaint] = (await once(createInterface(child.stderr), "line")) as [string];
  return { child, complaint };
}

// They mostly wait, each for something of its own.
/** Where it listens, once it says so. */
async function readyAt({ stdout }: BelfryChild): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const [, url] = /is ready at (http:\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error("Cannot find where it listens: it has ended");
}

describe.concurrent("a start before the database is there", () => {
  test("waits, and is ready without help once it is up", async () => {
    const port = await freePort();
    const settings = { BELFRY_DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/postgres` };
    const { child, complaint } = await startWaiting(settings);
    expect(JSON.parse(complaint)).toMatchObject({
      level: "error",
      msg: "Cannot reach the database yet; trying again",
      err: {
        message: expect.stringContaining("nobody listens there; start it, or mend BELFRY_DATABASE_URL"),
      },
    });
    await using _postgres = await startPostgres({ port });
    expect((await fetch(`${await readyAt(child)}/readyz`)).status).toBe(200);
    child.kill("SIGTERM");
    await once(child, "exit");
  }, 60_000);

  test("ends at once with 0 when it is told to while it waits", async () => {
    const { child } = await startWaiting({
      BELFRY_DATABASE_URL: `postgres://u@127.0.0.1:${await freePort()}/db`,
    });
    const toldAt = performance.now();
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(performance.now() - toldAt).toBeLessThan(2_000);
  });

  test("waits for one that takes connections and does not answer, and says so", async () => {
    await using silent = await FakePostgres.start({ isSilent: true });
    const { child, complaint } = await startWaiting({ BELFRY_DATABASE_URL: silent.url });
    expect(complaint).toContain("it does not answer in time");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("waits while the database takes no more connections, and ends with 1 if it has too few", async () => {
    await using database = await createDatabase();
    const name = new URL(database.url).pathname.slice(1);
    const limit = (most: number) => ask(database.url, `ALTER DATABASE ${name} CONNECTION LIMIT ${most}`);
    // Superusers are not counted.
    await ask(database.url, `CREATE ROLE ${name} LOGIN; ALTER DATABASE ${name} OWNER TO ${name}`);
    const url = new URL(database.url);
    url.username = name;
    await limit(0);
    const { child, complaint } = await startWaiting({ BELFRY_DATABASE_URL: url.href });
    expect(complaint).toContain(
      "it takes no more connections; raise its max_connections, or lower BELFRY_DATABASE_POOL",
    );
    await limit(-1);
    await readyAt(child);
    child.kill("SIGTERM");
    await once(child, "exit");

    await limit(2);
    const { code, err } = await runBelfry(["start"], {
      BELFRY_DATABASE_URL: url.href,
      BELFRY_PORT: "0",
      BELFRY_ADMIN_KEY,
    });
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^Cannot open the database \S+: it takes no more connections; [^\n]+\n$/),
    });
    await ask(database.url, `REASSIGN OWNED BY ${name} TO postgres; DROP ROLE ${name}`);
  });
});

describe("a database that goes away under a server", () => {
  let postgres: PostgresServer;
  let receiver: RecordingReceiver;
  let belfry: BelfryProcess;

  beforeAll(async () => {
    [postgres, receiver] = await Promise.all([startPostgres(), startRecordingReceiver()]);
    belfry = await BelfryProcess.start({ BELFRY_DATABASE_URL: postgres.url() });
  }, 60_000);

  afterAll(async () => {
    await belfry?.[Symbol.asyncDispose]();
    await receiver?.close();
    await postgres?.[Symbol.asyncDispose]();
  });

  async function statusOf(path: string): Promise<number> {
    const { status, body } = await fetch(`${await belfry.url()}${path}`);
    await body?.cancel();
    return status;
  }

  async function remind(schedule: { in: string }): Promise<{ status: number; body: { code?: string } }> {
    const to = { channel: "webhook", address: receiver.url };
    return belfry.api("POST", "/v1/reminders", { schedule, to, message: "through" });
  }

  /** What is due while it is away goes out once it is back, and new ones are taken. */
  async function expectToGoOn(comeBack: () => Promise<unknown>): Promise<void> {
    const before = receiver.requests.length;
    await comeBack();
    await vi.waitFor(async () => expect(await statusOf("/readyz")).toBe(200), SOON);
    await receiver.received(before + 1);
    await vi.waitFor(async () => expect((await remind({ in: "PT0.1S" })).status).toBe(201), SOON);
    await receiver.received(before + 2);
    expect(new Set(receiver.requests.map(({ id }) => id)).size).toBe(before + 2);
    expect(receiver.requests).toHaveLength(before + 2);
  }

  test.each(["stopped", "killed"] as const)(
    "is told of by /readyz while it is %s, and served again after",
    async (how) => {
      expect((await remind({ in: "PT2S" })).status).toBe(201);
      await (how === "stopped" ? postgres.stop() : postgres.kill());
      await vi.waitFor(async () => expect(await statusOf("/readyz")).toBe(503), SOON);
      expect(await statusOf("/healthz")).toBe(200);
      expect(await statusOf("/metrics")).toBe(200);
      expect(await remind({ in: "PT1S" })).toMatchObject({
        status: 503,
        body: { code: "store_unreachable" },
      });
      await expectToGoOn(() => postgres.start());
    },
  );

  test("is told of by /readyz while it is a standby, and served again once it is promoted", async () => {
    expect((await remind({ in: "PT2S" })).status).toBe(201);
    await postgres.stop();
    const signal = join(postgres.folder, "data/standby.signal");
    writeFileSync(signal, "");
    await postgres.start();
    await vi.waitFor(async () => {
      expect(belfry.complaints).toMatch(/it takes no writes: it is a standby|since it is a standby/);
    }, SOON);
    expect(await statusOf("/readyz")).toBe(503);
    expect(await remind({ in: "PT1S" })).toMatchObject({ status: 503, body: { code: "store_read_only" } });
    const { code, err } = await runBelfry(["start"], {
      BELFRY_DATABASE_URL: postgres.url(),
      BELFRY_PORT: "0",
      BELFRY_ADMIN_KEY,
    });
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(
        /^Cannot open the database \S+: it takes no writes, since it is a standby; [^\n]+\n$/,
      ),
    });
    await expectToGoOn(() => ask(postgres.url(), "SELECT pg_promote()"));
    rmSync(signal, { force: true });
  });

  test("lets a server that holds nothing end in peace and soon while it is away", async () => {
    const client = await belfry.client();
    await vi.waitFor(async () =>
      expect((await client.deliveries.list({ state: "leased" })).items).toEqual([]),
    );
    await postgres.stop();
    const ending = await belfry.stop();
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(ending.tookMs).toBeLessThan(5_000);
    await postgres.start();
  });
});
