import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { DatabaseProxy } from "./cluster/database-proxy.ts";
import { openEngine } from "./engine-on-database.ts";

const SILENT_AFTER_MS = 400;
/** A message goes out at each tenth of a second for so long. */
const LASTS_MS = 4_000;
const COUNT = LASTS_MS / 100;

test("a worker whose connections all fall silent goes on by new ones, and sends nothing twice", async () => {
  await using database = await createDatabase();
  await using proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
  await using worker = await openEngine({
    url: proxy.through(database.url),
    applicationName: "belfry silent",
    silentAfterMs: SILENT_AFTER_MS,
  });
  const { channel, told } = worker;
  await worker.engine.start();
  await worker.acceptAt(Array.from({ length: COUNT }, (_, index) => (index + 1) / 10));

  await pause(1_000);
  proxy.leaveHanging();
  const hungAtMs = Date.now();
  while (channel.sent.length < COUNT) await pause(10);

  // Each was silent once, and what was due meanwhile went out as soon as that was found: none waited twice.
  const latenessMs = Math.max(...channel.sent.map(({ attemptAtMs, dueMs }) => attemptAtMs - dueMs));
  expect(Date.now() - hungAtMs).toBeLessThan(LASTS_MS + 2_000);
  expect(latenessMs).toBeLessThan(10 * SILENT_AFTER_MS);
  expect(new Set(channel.sent.map(({ deliveryId }) => deliveryId)).size).toBe(channel.sent.length);
  expect(told).toContainEqual(expect.stringMatching(/a connection fell silent and was given up/));
});
