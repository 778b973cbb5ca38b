import { setTimeout as pause } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { ask } from "../postgres/ask.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { DatabaseProxy } from "./cluster/database-proxy.ts";
import { openEngine } from "./engine-on-database.ts";

/** A message goes out at each fiftieth of a second for so long. */
const LASTS_MS = 6_000;
const COUNT = LASTS_MS / 20;

test("a worker whose sessions end on the server without its hearing of it sends nothing once others may", async () => {
  await using database = await createDatabase();
  await using proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
  const throughProxy = { url: proxy.through(database.url), applicationName: "belfry unheard" };
  await using cut = await openEngine({ ...throughProxy, graceMs: 0 });
  await using other = await openEngine({
    url: database.url,
    applicationName: "belfry other",
    graceMs: 0,
  });
  await cut.engine.start();
  await cut.acceptAt(Array.from({ length: COUNT }, (_, index) => 1 + index / 50));
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
  expect(ids().length - COUNT).toBeLessThan(COUNT / 4);
});
