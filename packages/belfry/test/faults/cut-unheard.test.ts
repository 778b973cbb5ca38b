import { setTimeout as pause } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { createRegistry } from "../../src/channels/registry.ts";
import { createIdSource } from "../../src/domain/ids.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import { RecordingChannel, TENANT } from "../../src/engine/engine-fixture.ts";
import { DEFAULT_TUNING } from "../../src/engine/ports.ts";
import { openPostgresStore } from "../../src/store/postgres/store.ts";
import { ask } from "../postgres/ask.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { DatabaseProxy } from "./cluster/database-proxy.ts";

/** A message goes out at each fiftieth of a second for so long. */
const LASTS_MS = 6_000;
const COUNT = LASTS_MS / 20;

async function join(url: string, applicationName: string) {
  const own = { schema: "belfry", applicationName, poolSize: 4, notifyWithinMs: 3_000, graceMs: 0 };
  const store = await openPostgresStore({ url, ...own });
  const channel = new RecordingChannel();
  const engine = createEngine({
    store,
    channels: createRegistry([channel]),
    clock: systemClock,
    ids: createIdSource(Date.now, (count) => crypto.getRandomValues(new Uint8Array(count))),
    random: Math.random,
    tuning: DEFAULT_TUNING,
    onFault: () => {},
  });
  const end = async () => {
    await engine.stop();
    await store.close();
  };
  return { store, channel, engine, [Symbol.asyncDispose]: end };
}

test("a worker whose sessions end on the server without its hearing of it sends nothing once others may", async () => {
  await using database = await createDatabase();
  await using proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
  await using cut = await join(proxy.through(database.url), "belfry unheard");
  await cut.store.ensureTenant({ ...TENANT, nowMs: Date.now() });
  await cut.engine.start();
  const to = { channel: "webhook", address: "http://one.test/" };
  const requests = Array.from({ length: COUNT }, (_, index) => ({
    schedule: { in: `PT${(1 + index / 50).toFixed(2)}S` },
    to,
    content: { text: String(index) },
  }));
  for (const result of await cut.engine.accept(TENANT, requests)) if (!result.ok) throw result.error;
  await using other = await join(database.url, "belfry other");
  await pause(1_500);

  proxy.leaveHanging();
  const sessions = "FROM pg_stat_activity WHERE application_name = 'belfry unheard'";
  await ask(database.url, `SELECT pg_terminate_backend(pid) ${sessions}`);
  await other.engine.start();
  const ids = () => [...cut.channel.sent, ...other.channel.sent].map(({ deliveryId }) => deliveryId);
  await vi.waitFor(() => expect(new Set(ids()).size).toBe(COUNT), {
    timeout: LASTS_MS + 4_000,
    interval: 50,
  });

  // What it sent before it doubted is not recorded, and is sent once more; from then on it sends nothing.
  const twice = ids().length - COUNT;
  expect(twice).toBeLessThan(COUNT / 4);
});
