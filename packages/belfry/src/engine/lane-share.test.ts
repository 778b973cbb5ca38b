import { expect, test } from "vitest";
import { createRig } from "./engine-fixture.ts";

const SOON = { schedule: { in: "PT1S" } } as const;

test("what is sent and waits for the disk takes no room from its lane", async () => {
  const { accept, channel, clock, engine, store } = createRig({ handLimit: 40, laneHandLimit: 20 });
  const laneLimits: number[] = [];
  const { claim, settle } = store;
  store.claim = (request) => {
    laneLimits.push(request.laneLimit);
    return claim(request);
  };
  store.settle = async (batch) => {
    await new Promise<void>((resolve) => clock.at(clock.now() + 5_000, resolve));
    return settle(batch);
  };
  await engine.start();
  for (let nth = 0; nth < 32; nth++) await accept(SOON);
  await clock.advance(1_500);
  expect(engine.holding()).toMatchObject({ waiting: 0, queued: 0, running: 0, sent: 32 });
  laneLimits.length = 0;
  for (let nth = 0; nth < 8; nth++) await accept(SOON);
  await clock.advance(1_500);
  expect(new Set(laneLimits)).toEqual(new Set([20]));
  expect(channel.sent).toHaveLength(40);
});
