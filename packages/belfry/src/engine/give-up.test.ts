import { expect, test } from "vitest";
import { StoreError } from "../domain/errors.ts";
import { createRig } from "./engine-fixture.ts";
import { watchTimers } from "./timers-fixture.ts";

test("stop() leaves nothing that goes on when the store fails until it gives up", async () => {
  const rig = createRig();
  await rig.engine.start();
  await rig.accept({ schedule: { in: "PT1S" } });
  let asked = 0;
  const fail = () => {
    asked += 1;
    return Promise.reject(new StoreError("store_unreachable", "gone"));
  };
  rig.store.settle = fail;
  rig.store.renew = fail;
  await rig.clock.advance(2_000);
  const stopping = rig.engine.stop();
  await rig.clock.advance(60_000);
  await stopping;
  expect(rig.faults).toContainEqual(expect.stringMatching(/^stop: .*1 deliveries are not settled/));
  const before = asked;
  const timers = watchTimers(rig.clock);
  await rig.clock.advance(600_000);
  expect(asked).toBe(before);
  expect(timers.size).toBe(0);
});

test("tick() fails when the store does not record what was sent, however long it is waited for", async () => {
  const rig = createRig();
  await rig.accept({ schedule: { in: "PT1S" } });
  rig.store.settle = () => Promise.reject(new StoreError("store_full", "no room"));
  await rig.clock.advance(1_000);
  const ticking = rig.engine.tick();
  const failed = expect(ticking).rejects.toThrow(
    "Cannot end the pass: 1 of its deliveries are sent and could not be recorded, or could not be tried",
  );
  await rig.clock.advance(60_000);
  await failed;
  const stopping = rig.engine.stop();
  await rig.clock.advance(60_000);
  await stopping;
});

test("tick() waits for as long as what it sends takes", async () => {
  const rig = createRig();
  rig.channel.answer = async () => {
    await new Promise<void>((resolve) => rig.clock.at(rig.clock.now() + 300_000, resolve));
    return { kind: "delivered" };
  };
  await rig.accept({ schedule: { in: "PT1S" } });
  await rig.clock.advance(1_000);
  const ticking = rig.engine.tick();
  await rig.clock.advance(400_000);
  expect(await ticking).toMatchObject({ sent: 1 });
});
