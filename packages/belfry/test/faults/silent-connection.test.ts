import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRegistry } from "../../src/channels/registry.ts";
import { createIdSource } from "../../src/domain/ids.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { RecordingChannel, TENANT } from "../../src/engine/engine-fixture.ts";
import { DEFAULT_TUNING } from "../../src/engine/ports.ts";
import { openPostgresStore } from "../../src/store/postgres/store.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { DatabaseProxy } from "./cluster/database-proxy.ts";

const SILENT_AFTER_MS = 400;
/** A message goes out at each tenth of a second for so long. */
const LASTS_MS = 4_000;
const COUNT = LASTS_MS / 100;

test("a worker whose connections all fall silent goes on by new ones, and sends nothing twice", async () => {
  await using database = await createDatabase();
  await using proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
  const store = await openPostgresStore({
    url: proxy.through(database.url),
    schema: "belfry",
    applicationName: "belfry silent",
    poolSize: 4,
    notifyWithinMs: 3_000,
    silentAfterMs: SILENT_AFTER_MS,
  });
  const channel = new RecordingChannel();
  const faults: string[] = [];
  const engine = createEngine({
    store,
    channels: createRegistry([channel]),
    clock: systemClock,
    ids: createIdSource(Date.now, (count) => crypto.getRandomValues(new Uint8Array(count))),
    random: Math.random,
    tuning: DEFAULT_TUNING,
    onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
  });
  await store.ensureTenant({ ...TENANT, nowMs: Date.now() });
  await engine.start();
  await acceptAll(engine);

  await pause(1_000);
  proxy.leaveHanging();
  const hungAtMs = Date.now();
  while (channel.sent.length < COUNT) await pause(10);

  // Each was silent once, and what was due meanwhile went out as soon as that was found: none waited twice.
  const latenessMs = Math.max(...channel.sent.map(({ attemptAtMs, dueMs }) => attemptAtMs - dueMs));
  expect(Date.now() - hungAtMs).toBeLessThan(LASTS_MS + 2_000);
  expect(latenessMs).toBeLessThan(10 * SILENT_AFTER_MS);
  expect(new Set(channel.sent.map(({ deliveryId }) => deliveryId)).size).toBe(channel.sent.length);
  expect(faults).toContainEqual(expect.stringMatching(/a connection fell silent and was given up/));
  await engine.stop();
  await store.close();
});

async function acceptAll(engine: Engine): Promise<void> {
  const requests = Array.from({ length: COUNT }, (_, index) => ({
    schedule: { in: `PT${(index + 1) / 10}S` },
    to: { channel: "webhook", address: "http://one.test/" },
    content: { text: String(index) },
  }));
  for (const result of await engine.accept(TENANT, requests)) if (!result.ok) throw result.error;
}
