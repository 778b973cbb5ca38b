import { expect, test } from "vitest";
import { createRig } from "./engine-fixture.ts";
import { watchTimers } from "./timers-fixture.ts";

test("tick() leaves no timer, which would keep its process alive, when it has sent what was due", async () => {
  const rig = createRig();
  await rig.accept({ schedule: { in: "PT1S" } });
  await rig.clock.advance(1_000);
  const waiting = watchTimers(rig.clock);
  expect(await rig.engine.tick()).toMatchObject({ sent: 1 });
  expect(rig.texts()).toEqual(["hi"]);
  expect(waiting.size).toBe(0);
});

test("tick() sends all that is due, however often its hand is full", async () => {
  const { accept, channel, clock, engine } = createRig({ handLimit: 4, claimBatch: 2, claimBatchBehind: 2 });
  channel.answer = async () => {
    await new Promise<void>((resolve) => clock.at(clock.now() + 100, resolve));
    return { kind: "delivered" };
  };
  for (let host = 0; host < 12; host++)
    await accept({ schedule: { in: "PT1S" }, to: { channel: "webhook", address: `http://h${host}.test/` } });
  await clock.advance(1_000);
  const ticking = engine.tick();
  await clock.advance(5_000);
  expect((await ticking).sent).toBe(12);
  expect(channel.sent).toHaveLength(12);
});
