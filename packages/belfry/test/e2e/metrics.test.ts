import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Family, readExposition } from "../../src/ops/metrics/exposition-fixture.ts";
import { readQueries } from "../house/deployed-queries.ts";
import { selectorsIn } from "../house/promql.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { BelfryProcess } from "./belfry-process.ts";
import { STORES } from "./stores.ts";

/** What Prometheus itself adds: a series of its own, and labels of every series. */
const OF_PROMETHEUS = ["up"];
const LABELS_OF_PROMETHEUS = ["job", "instance"];
/** The disk of a database is its server's to watch. */
const OF_THE_DISK = [
  "belfry_store_size_bytes",
  "belfry_store_disk_free_bytes",
  "belfry_store_disk_size_bytes",
];
const SOON = { timeout: 10_000, interval: 20 };

let belfry: BelfryProcess;
let receiver: RecordingReceiver;

async function scrape(accept?: string): Promise<{ contentType: unknown; text: string }> {
  const headers = accept === undefined ? {} : { accept };
  const { statusCode, headers: answered, body } = await request(`${await belfry.url()}/metrics`, { headers });
  const text = await body.text();
  expect([statusCode, text]).toEqual([200, expect.stringMatching(/./)]);
  return { contentType: answered["content-type"], text };
}

/** Every series by its own name: a histogram's buckets, sum and count are three. */
function labelsBySeries(families: ReadonlyMap<string, Family>): Map<string, Set<string>> {
  const labels = new Map<string, Set<string>>();
  for (const { samples } of families.values()) {
    for (const sample of samples) {
      const known = labels.get(sample.name) ?? new Set();
      for (const label of Object.keys(sample.labels)) known.add(label);
      labels.set(sample.name, known);
    }
  }
  return labels;
}

async function sendTwo(): Promise<void> {
  const client = await belfry.client();
  for (const path of ["/fine?token=s3cret", "/gone?token=s3cret"]) {
    const to = { channel: "webhook", address: `${receiver.url}${path}` };
    await client.reminders.create({ schedule: { in: "PT0.1S" }, to, message: "private" });
  }
  await receiver.received(2);
}

describe.each(STORES)("GET /metrics of a server on %s", (store) => {
  beforeAll(async () => {
    receiver = await startRecordingReceiver(({ path }) => ({ status: path.includes("gone") ? 410 : 204 }));
    belfry = await BelfryProcess.start({}, { store });
  });

  afterAll(async () => {
    await belfry?.[Symbol.asyncDispose]();
    await receiver?.close();
  });

  test("counts what was sent and what was given up, and passes a strict reading", async () => {
    await sendTwo();
    await vi.waitFor(async () => {
      const families = readExposition((await scrape()).text);
      const settled = families.get("belfry_deliveries_settled_total")?.samples ?? [];
      expect(settled.filter(({ value }) => value > 0)).toMatchObject([
        { labels: { state: "delivered" }, value: 1 },
        { labels: { state: "dead" }, value: 1 },
      ]);
    }, SOON);
    const { contentType, text } = await scrape();
    expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(text).toContain(
      'belfry_http_requests_total{method="POST",route="/v1/reminders",status="2xx"} 2\n',
    );
    expect(text).not.toMatch(/s3cret|private|127\.0\.0\.1|(rem|dlv|tnt)_/);
  });

  test("has every metric and every label that the alerts and the dashboard name, as far as it has a disk", async () => {
    const families = readExposition((await scrape()).text);
    const known = labelsBySeries(families);
    const selectors = readQueries().flatMap(({ expr }) => selectorsIn(expr));
    expect(selectors.length).toBeGreaterThan(60);
    const missing = selectors
      .filter(({ metric }) => !OF_PROMETHEUS.includes(metric))
      .flatMap(({ metric, labels }) => {
        const has = known.get(metric);
        // A histogram may have had nothing to count yet, such as a collection of garbage.
        if (!has)
          return families.get(metric.replace(/_(bucket|sum|count)$/, ""))?.samples.length === 0
            ? []
            : [metric];
        return labels
          .filter((label) => !has.has(label) && !LABELS_OF_PROMETHEUS.includes(label))
          .map((label) => `${metric}{${label}}`);
      });
    expect(new Set(missing)).toEqual(new Set(store === "SQLite" ? [] : OF_THE_DISK));
  });

  test("gives OpenMetrics to who prefers it", async () => {
    const { contentType, text } = await scrape("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    expect(contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(text).toMatch(/\n# EOF\n$/);
  });
});

test("GET /metrics is not there when BELFRY_METRICS is off", async () => {
  await using quiet = await BelfryProcess.start({ BELFRY_METRICS: "off" });
  const { statusCode } = await request(`${await quiet.url()}/metrics`);
  expect(statusCode).toBe(404);
});
