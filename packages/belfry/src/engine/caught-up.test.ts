import { afterEach, beforeEach, expect, test } from "vitest";
import { createRig, type Rig, START } from "./engine-fixture.ts";

const WORKER = { id: "wrk_x", host: "h", pid: 1, version: "1", machine: null, partition: null };

let rig: Rig;

beforeEach(() => {
  rig = createRig();
});

afterEach(() => rig.store.close());

test("start() counts as one that was alive as soon as it has caught up, before its first beat", async () => {
  expect(await rig.store.lastBeat()).toBeNull();
  await rig.engine.start();
  expect(await rig.store.lastBeat()).toBe(START + 1);
  await rig.engine.stop();
});

test("start() that fails before it has caught up leaves to the next one what was missed", async () => {
  const events = { onLost: () => {}, onBack: () => {} };
  await rig.store.join({ ...WORKER, roles: ["worker"], startedAtMs: START - 60_000 }, events);
  await rig.store.beat({ id: WORKER.id, nowMs: START - 30_000, holding: null });
  const findDueReminders = async (): Promise<never> => {
    throw new Error("Cannot read: the disk is gone");
  };
  const broken = rig.restart({ store: { ...rig.store, findDueReminders } });
  await expect(broken.start()).rejects.toThrow("the disk is gone");
  expect(await rig.store.lastBeat()).toBe(START - 30_000);
});
