import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ROLES, type Role } from "../../src/domain/worker.ts";
import type { WorkerResource } from "../../src/http/schemas/worker.ts";
import { readExposition } from "../../src/ops/metrics/exposition-fixture.ts";
import { createDatabase, type TestDatabase } from "../postgres/shared-postgres.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { askApi } from "./api-request.ts";
import { type BelfrySettings, runBelfry } from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";

const ADMIN_KEY = "the-key-of-all-roles-0123456789abcdef";
/** Short, so that what is due in a second has to be promoted. */
const NEAR = { BELFRY_NEAR_WINDOW: "PT0.5S", BELFRY_TICK: "PT0.5S" };
const SOON = { timeout: 10_000, interval: 50 };

let database: TestDatabase;
let receiver: RecordingReceiver;
const processes: BelfryProcess[] = [];

const settings = (): BelfrySettings => ({ BELFRY_DATABASE_URL: database.url, BELFRY_ADMIN_KEY: ADMIN_KEY });

async function start(args: readonly string[], more: BelfrySettings = {}): Promise<BelfryProcess> {
  const started = await BelfryProcess.start({ ...settings(), ...more }, { args });
  processes.push(started);
  return started;
}

async function begin(): Promise<void> {
  receiver = await startRecordingReceiver({ delayMs: 50 });
  database = await createDatabase();
}

async function end(): Promise<void> {
  await Promise.all(processes.splice(0).map((one) => one[Symbol.asyncDispose]()));
  await receiver?.close();
  await database?.drop();
}

async function workersOf(api: BelfryProcess): Promise<WorkerResource[]> {
  return (await (await api.client()).workers.list()).items;
}

async function remind(api: BelfryProcess, count: number, schedule: { in: string }): Promise<void> {
  const to = { channel: "webhook", address: receiver.url };
  const reminders = Array.from({ length: count }, (_, i) => ({ schedule, to, message: `${i}` }));
  await (await api.client()).reminders.createBatch(reminders);
}

const receivedIds = (): Set<string> => new Set(receiver.requests.map(({ id }) => id));

describe("the roles apart, on one database", () => {
  let api: BelfryProcess;
  let scheduler: BelfryProcess;
  let worker: BelfryProcess;

  beforeAll(async () => {
    await begin();
    [api, scheduler, worker] = (await Promise.all(ROLES.map((role) => start([role], NEAR)))) as [
      BelfryProcess,
      BelfryProcess,
      BelfryProcess,
    ];
  });
  afterAll(end);

  test("deliver together what the API takes, and each says which it is", async () => {
    await remind(api, 20, { in: "PT1.2S" });
    await receiver.received(20);
    expect(receivedIds().size).toBe(20);
    for (const [one, role] of [
      [api, "api"],
      [scheduler, "scheduler"],
      [worker, "worker"],
    ] as const)
      expect(one.lines[1]).toMatch(
        new RegExp(`^Belfry \\S+ ${role} is ready at http\\S+ \\(postgres at \\S+\\)$`),
      );
  });

  test("are listed by `belfry workers`, with where they run", async () => {
    const { code, out } = await runBelfry(["workers"], {
      BELFRY_URL: await api.url(),
      BELFRY_KEY: ADMIN_KEY,
    });
    expect(code).toBe(0);
    const [head, ...rows] = out.trimEnd().split("\n");
    expect(head).toMatch(/^ID +STATE +ROLES +HOLDS +VERSION +WHERE +SINCE$/);
    expect(rows.sort()).toHaveLength(3);
    for (const [role, { pid }] of [
      ["api", api],
      ["scheduler", scheduler],
      ["worker", worker],
    ] as const)
      expect(out).toMatch(new RegExp(`^wrk_\\w+ +alive +${role} .* ${pid} +\\d{4}-`, "m"));
  });

  test.each(["scheduler", "worker"] as const)(
    "a %s answers how it is, and nothing of the API",
    async (role) => {
      const url = await (role === "worker" ? worker : scheduler).url();
      for (const path of ["/healthz", "/readyz", "/metrics"]) {
        const { statusCode } = await fetchText(`${url}${path}`);
        expect([path, statusCode]).toEqual([path, 200]);
      }
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      for (const path of ["/v1/reminders", "/v1/workers", "/v1/events", "/openapi.json", "/docs"]) {
        const answer = await askApi<{ code: string }>({ url, method: "GET", path, headers });
        expect(answer).toMatchObject({
          status: 404,
          headers: { "content-type": "application/problem+json" },
          body: { code: "not_found" },
        });
      }
      const posted = await askApi({ url, method: "POST", path: "/v1/reminders", body: {}, headers });
      expect(posted.status).toBe(404);
    },
  );

  test("each give the metrics of their own work, and the same of what lies in the store", async () => {
    const [ofApi, ofScheduler, ofWorker] = await Promise.all([api, scheduler, worker].map(valuesOf));
    expect(
      ofApi?.get('belfry_http_requests_total{method="POST",route="/v1/reminders/batch",status="2xx"}'),
    ).toBe(1);
    expect(ofApi?.get("belfry_reminders_accepted_total")).toBe(20);
    expect(ofScheduler?.get("belfry_deliveries_promoted_total")).toBe(20);
    expect(ofWorker?.get('belfry_attempts_total{channel="webhook",outcome="delivered"}')).toBe(20);
    for (const [role, values] of [
      ["api", ofApi],
      ["scheduler", ofScheduler],
      ["worker", ofWorker],
    ] as const) {
      const names = [...(values?.keys() ?? [])].join("\n");
      expect([role, values?.get('belfry_deliveries{state="delivered"}')]).toEqual([role, 20]);
      expect([role, /^belfry_scheduler_/m.test(names)]).toEqual([role, role === "scheduler"]);
      expect([role, /^belfry_worker_/m.test(names)]).toEqual([role, role === "worker"]);
      expect(names).not.toMatch(/^belfry_store_(size|disk)/m);
    }
  });

  test("end on SIGTERM with 0: what a worker sends may finish, and the list forgets it", async () => {
    const before = receiver.requests.length;
    await remind(api, 5, { in: "PT0.1S" });
    await receiver.received(before + 1);
    expect(await worker.stop()).toMatchObject({ code: 0, signal: null });
    expect(worker.complaints).not.toMatch(/"level":"(warn|error|fatal)"/);
    await expectNothingLeased(api);
    expect((await workersOf(api)).flatMap(({ roles }) => roles).sort()).toEqual(["api", "scheduler"]);
    expect(await scheduler.stop()).toMatchObject({ code: 0, signal: null });
    expect(await api.stop()).toMatchObject({ code: 0, signal: null });
  });
});

async function expectNothingLeased(api: BelfryProcess): Promise<void> {
  expect((await (await api.client()).deliveries.list({ state: "leased" })).items).toEqual([]);
}

async function fetchText(url: string): Promise<{ statusCode: number; text: string }> {
  const response = await fetch(url);
  return { statusCode: response.status, text: await response.text() };
}

/** Every series and its value, by its name and labels. */
async function valuesOf(one: BelfryProcess): Promise<Map<string, number>> {
  // The counts of the store are added up by the processes' passes.
  return vi.waitFor(async () => {
    const { text } = await fetchText(`${await one.url()}/metrics`);
    readExposition(text);
    const series = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const values = new Map(series.map((line) => [line.replace(/ \S+$/, ""), Number(line.split(" ").at(-1))]));
    expect(values.get('belfry_deliveries{state="delivered"}')).toBe(20);
    return values;
  }, SOON);
}

describe("shares of the work", () => {
  beforeEach(begin);
  afterEach(end);

  test("workers of the shares 1/2 and 2/2 take everything once, and each only its own", async () => {
    const [api, first] = await Promise.all([start(["api"]), start(["worker", "--partition", "1/2"])]);
    await remind(api, 60, { in: "PT0.1S" });
    await receiver.received(1);
    // A claim takes all that is due of a share.
    await vi.waitFor(() => expectNothingLeased(api), SOON);
    const mine = receiver.requests.length;
    expect(mine).toBeGreaterThan(10);
    expect(mine).toBeLessThan(50);
    expect((await workersOf(api)).map(({ partition }) => partition)).toEqual(
      expect.arrayContaining(["1/2", null]),
    );
    await start(["worker", "--partition", "2/2"]);
    await receiver.received(60);
    await first.stop();
    expect(receivedIds().size).toBe(60);
    expect(receiver.requests).toHaveLength(60);
  });

  test("ticks of both shares promote and send everything once", async () => {
    const api = await start(["api"], NEAR);
    await remind(api, 40, { in: "PT1S" });
    await pause(1_000);
    const counts: number[] = [];
    for (const share of ["1/2", "2/2", "1/2"]) {
      const { code, out } = await runBelfry(["tick", "--partition", share], api.settings);
      expect(code).toBe(0);
      counts.push(Number(/^(\d+) promoted/.exec(out)?.[1]));
    }
    expect(counts[0]).toBeGreaterThan(5);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(40);
    expect(counts[2]).toBe(0);
    expect(receivedIds().size).toBe(40);
    expect(receiver.requests).toHaveLength(40);
  });
});

describe("whole servers that share a database", () => {
  beforeAll(begin);
  afterAll(end);

  test("may all start at once on an empty one: one makes the key, and it lets in at each", async () => {
    const alone = { BELFRY_DATABASE_URL: database.url };
    const servers = await Promise.all([1, 2, 3].map(() => BelfryProcess.start(alone)));
    processes.push(...servers);
    const makers = servers.filter(({ lines }) => lines.some((line) => line.startsWith("API key: bel_")));
    expect(makers).toHaveLength(1);
    const key = makers[0]?.key ?? "";
    for (const server of servers) {
      const headers = { authorization: `Bearer ${key}` };
      const answer = await askApi({ url: await server.url(), method: "GET", path: "/v1/workers", headers });
      expect(answer).toMatchObject({ status: 200, body: { items: { length: 3 } } });
      expect(server === makers[0] || server.lines.includes("API key: in the database")).toBe(true);
      expect(server.complaints).toBe("");
    }
  });
});

describe("a role alone on SQLite", () => {
  const folder = join(tmpdir(), "belfry-never-made");

  test.each([...ROLES] as Role[])(
    "`belfry %s` is refused in one line that names the setting",
    async (role) => {
      const { code, out, err } = await runBelfry([role], { BELFRY_DATA: folder });
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toMatch(
        /^Cannot run \S+ \S+ alone: SQLite serves one process, which `belfry start` is; set BELFRY_DATABASE_URL to share the work\n$/,
      );
      expect(existsSync(folder)).toBe(false);
    },
  );

  test("`belfry migrate` is refused in one line that names the setting", async () => {
    const { code, out, err } = await runBelfry(["migrate"], { BELFRY_DATA: folder });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^Cannot migrate: BELFRY_DATABASE_URL is not set; .+\n$/);
  });
});
