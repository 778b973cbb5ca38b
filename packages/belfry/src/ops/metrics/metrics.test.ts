import { describe, expect, test } from "vitest";
import { ROLES, type Role } from "../../domain/worker.ts";
import { createRig, TENANT } from "../../engine/engine-fixture.ts";
import type { Answered } from "../../http/answered.ts";
import { readExposition } from "./exposition-fixture.ts";
import { createMetrics, type Metrics, type MetricsSources } from "./metrics.ts";

const NOTHING_HELD = { waiting: 0, queued: 0, running: 0, sent: 0, limit: 20_000 };
const ANSWERED: Answered = {
  method: "GET",
  route: "/v1/reminders/{id}",
  status: 200,
  durationMs: 12,
  requestId: "req_1",
  tenantId: "tnt_1",
};

function rigged(overrides: Partial<MetricsSources> = {}, roles: readonly Role[] = ROLES) {
  const rig = createRig();
  const faults: string[] = [];
  const metrics = createMetrics({
    version: "1.2.3",
    now: () => rig.clock.now(),
    onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
    roles,
  });
  metrics.watch({
    store: rig.store,
    holding: () => rig.engine.holding(),
    channels: ["inbox", "webhook"],
    databasePath: null,
    ...overrides,
  });
  return { rig, metrics, faults };
}

/** The value of one series; undefined if it is not there. */
async function readSeries(
  metrics: Metrics,
  name: string,
  labels: Record<string, string> = {},
): Promise<number | undefined> {
  const families = readExposition((await metrics.render(undefined)).body);
  const samples = [...families.values()].flatMap((family) => family.samples);
  const wanted = Object.entries(labels);
  return samples.find(
    (sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
  )?.value;
}

describe("createMetrics()", () => {
  test("createMetrics() shows every series that can be known from the start, as 0", async () => {
    const { metrics } = rigged();
    const { body, contentType } = await metrics.render(undefined);
    expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
    const families = readExposition(body);
    // Which requests are made is known only once they are.
    const empty = [...families.values()].filter(({ samples }) => samples.length === 0);
    expect(empty.map(({ name }) => name)).toEqual([
      "belfry_http_requests_total",
      "belfry_http_request_duration_seconds",
    ]);
    expect(await readSeries(metrics, "belfry_build_info", { version: "1.2.3" })).toBe(1);
    expect(await readSeries(metrics, "belfry_deliveries_settled_total", { state: "dead" })).toBe(0);
  });

  test.each([
    [["api"], []],
    [["scheduler"], ["belfry_scheduler_last_success_timestamp_seconds"]],
    [["worker"], ["belfry_worker_deliveries_limit"]],
    [ROLES, ["belfry_scheduler_last_success_timestamp_seconds", "belfry_worker_deliveries_limit"]],
  ] as [readonly Role[], string[]][])(
    "createMetrics() tells of its own role alone when it is %s",
    async (roles, own) => {
      const { metrics } = rigged({}, roles);
      // As the one that every process makes which is no API, when it starts.
      metrics.observe({ kind: "pass", deliveries: 0, durationMs: 1, isOk: true });
      const names = [...readExposition((await metrics.render(undefined)).body).keys()];
      expect(names.filter((name) => /^belfry_(scheduler_last|worker_deliveries_limit)/.test(name))).toEqual(
        own,
      );
      expect(await readSeries(metrics, "belfry_deliveries_waiting", { place: "store" })).toBe(0);
      const queued = await readSeries(metrics, "belfry_deliveries_waiting", { place: "worker" });
      expect(queued).toBe(roles.includes("worker") ? 0 : undefined);
    },
  );

  test("createMetrics() counts what an engine does", async () => {
    const { rig, metrics } = rigged();
    rig.channel.answer = ({ attempt }) =>
      attempt === 1 ? { kind: "retryable", error: "busy" } : { kind: "delivered" };
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1M" } });
    await rig.accept({ schedule: { in: "P1D" } });
    const cancelled = await rig.accept({ schedule: { in: "PT10M" } });
    await rig.engine.cancel(TENANT.id, cancelled);
    await rig.clock.advance(120_000);
    await rig.engine.stop();
    for (const event of rig.events) metrics.observe(event);

    const webhook = { channel: "webhook" };
    const expected: [string, Record<string, string>, number][] = [
      ["belfry_reminders_accepted_total", {}, 3],
      ["belfry_reminders_changed_total", { change: "cancelled" }, 1],
      ["belfry_deliveries_promoted_total", {}, 2],
      ["belfry_deliveries_claimed_total", {}, 2],
      ["belfry_attempts_total", { ...webhook, outcome: "retryable" }, 1],
      ["belfry_attempts_total", { ...webhook, outcome: "delivered" }, 1],
      ["belfry_attempt_duration_seconds_count", webhook, 2],
      ["belfry_delivery_lateness_seconds_count", webhook, 1],
      ["belfry_deliveries_retried_total", {}, 1],
      ["belfry_deliveries_settled_total", { state: "delivered" }, 1],
      ["belfry_deliveries_settled_total", { state: "cancelled" }, 1],
      ["belfry_scheduler_errors_total", {}, 0],
      ["belfry_reminders", { state: "active" }, 1],
      ["belfry_deliveries", { state: "delivered" }, 1],
    ];
    for (const [name, labels, value] of expected)
      expect([name, await readSeries(metrics, name, labels)]).toEqual([name, value]);
    const lastSuccess = await readSeries(metrics, "belfry_scheduler_last_success_timestamp_seconds");
    expect(lastSuccess).toBe(rig.clock.now() / 1_000);
  });

  test("createMetrics() tells what waits, and how long the oldest has", async () => {
    const { rig, metrics } = rigged();
    await rig.accept({ schedule: { in: "PT1M" } });
    expect(await readSeries(metrics, "belfry_deliveries_waiting", { place: "store" })).toBe(0);
    expect(
      await readSeries(metrics, "belfry_deliveries_oldest_due_age_seconds", { state: "scheduled" }),
    ).toBe(0);
    await rig.clock.advance(90_000);
    expect(await readSeries(metrics, "belfry_deliveries_waiting", { place: "store" })).toBe(1);
    expect(
      await readSeries(metrics, "belfry_deliveries_oldest_due_age_seconds", { state: "scheduled" }),
    ).toBe(30);
  });

  test("createMetrics() tells what a worker holds", async () => {
    const { metrics } = rigged({ holding: () => ({ ...NOTHING_HELD, queued: 7, running: 50 }) });
    expect(await readSeries(metrics, "belfry_worker_deliveries", { phase: "running" })).toBe(50);
    expect(await readSeries(metrics, "belfry_deliveries_waiting", { place: "worker" })).toBe(7);
    expect(await readSeries(metrics, "belfry_worker_deliveries_limit")).toBe(20_000);
  });

  test("createMetrics() bounds its labels, whatever is asked and however it is sent", async () => {
    const { rig, metrics } = rigged({ channels: [] });
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(2_000);
    await rig.engine.stop();
    for (const event of rig.events) metrics.observe(event);
    for (const method of ["GET", "BREW", "PROPFIND"])
      metrics.onAnswered({ ...ANSWERED, method, route: null });
    expect(await readSeries(metrics, "belfry_attempts_total", { channel: "other" })).toBe(1);
    expect(await readSeries(metrics, "belfry_http_requests_total", { method: "other", route: "none" })).toBe(
      2,
    );
    expect(await readSeries(metrics, "belfry_http_requests_total", { method: "GET", route: "none" })).toBe(1);
  });

  test("createMetrics() counts requests by route and class, and names no tenant and no request", async () => {
    const { metrics } = rigged();
    metrics.onAnswered(ANSWERED);
    metrics.onAnswered({ ...ANSWERED, status: 404 });
    const route = { method: "GET", route: "/v1/reminders/{id}" };
    expect(await readSeries(metrics, "belfry_http_requests_total", { ...route, status: "4xx" })).toBe(1);
    expect(await readSeries(metrics, "belfry_http_request_duration_seconds_sum", route)).toBeCloseTo(0.024);
    expect((await metrics.render(undefined)).body).not.toMatch(/tnt_|req_/);
  });

  test("createMetrics() times commits, and counts those that fail", async () => {
    const { metrics } = rigged();
    metrics.onCommit({ jobs: 30, durationMs: 2, isOk: true });
    metrics.onCommit({ jobs: 1, durationMs: 5, isOk: false });
    expect(await readSeries(metrics, "belfry_store_commit_duration_seconds_sum")).toBeCloseTo(0.007);
    expect(await readSeries(metrics, "belfry_store_commit_jobs_bucket", { le: "25" })).toBe(1);
    expect(await readSeries(metrics, "belfry_store_commit_failures_total")).toBe(1);
  });

  test("createMetrics() leaves out what the store cannot tell, and says so", async () => {
    const { rig, metrics, faults } = rigged();
    expect(await readSeries(metrics, "belfry_deliveries", { state: "dead" })).toBe(0);
    rig.store.counts = () => Promise.reject(new Error("it is locked"));
    expect(await readSeries(metrics, "belfry_deliveries", { state: "dead" })).toBeUndefined();
    expect(await readSeries(metrics, "belfry_deliveries_settled_total", { state: "dead" })).toBe(0);
    expect(faults[0]).toBe("read the counts of the store for the metrics: Error: it is locked");
  });

  test("createMetrics() gives OpenMetrics to who prefers it, and text again to the next", async () => {
    const { metrics } = rigged();
    const { body, contentType } = await metrics.render("application/openmetrics-text; version=1.0.0");
    expect(contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(body).toContain("# TYPE belfry_leases_lost counter\nbelfry_leases_lost_total 0\n");
    expect(body.endsWith("\n# EOF\n")).toBe(true);
    expect(readExposition((await metrics.render(undefined)).body).has("belfry_leases_lost_total")).toBe(true);
  });

  test("createMetrics() keeps the metrics of two installations apart", async () => {
    const [one, other] = [rigged(), rigged()];
    one.metrics.countFault();
    expect(await readSeries(one.metrics, "belfry_faults_total")).toBe(1);
    expect(await readSeries(other.metrics, "belfry_faults_total")).toBe(0);
  });
});
