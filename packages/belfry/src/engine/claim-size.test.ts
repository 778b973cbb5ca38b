import { expect, test } from "vitest";
import { createRig } from "./engine-fixture.ts";

const TUNING = { claimBatch: 2, claimBatchBehind: 5, handLimit: 100 };

/** A rig that notes how many each claim asks for, one of which is sent at a time, for 300 ms. */
function createNotingRig() {
  const rig = createRig(TUNING);
  const { channel, clock, store } = rig;
  const limits: number[] = [];
  const { claim } = store;
  store.claim = (request) => {
    limits.push(request.limit);
    return claim(request);
  };
  channel.concurrencyPerDestination = 1;
  channel.answer = async () => {
    await new Promise<void>((resolve) => clock.at(clock.now() + 300, resolve));
    return { kind: "delivered" };
  };
  return { ...rig, limits };
}

test("a claim takes few while nothing due waits, so that what falls due meanwhile is not late", async () => {
  const { accept, clock, engine, limits, channel } = createNotingRig();
  for (let nth = 0; nth < 7; nth++) await accept({ schedule: { in: "PT10S" } });
  await engine.start();
  await clock.advance(9_900);
  expect(engine.holding()).toMatchObject({ waiting: 7 });
  expect(new Set(limits)).toEqual(new Set([2]));
  await clock.advance(10_000);
  expect(channel.sent).toHaveLength(7);
});

test("a claim takes many while what is due waits for its turn", async () => {
  const { accept, clock, engine, limits, channel } = createNotingRig();
  await engine.start();
  for (let nth = 0; nth < 3; nth++) await accept({ schedule: { in: "PT1S" } });
  await clock.advance(1_100);
  expect(engine.holding()).toMatchObject({ running: 1, queued: 2 });
  limits.length = 0;
  for (let nth = 0; nth < 7; nth++) await accept({ schedule: { in: "PT0.1S" } });
  await clock.advance(200);
  expect(new Set(limits)).toEqual(new Set([5]));
  await clock.advance(10_000);
  expect(channel.sent).toHaveLength(10);
});
