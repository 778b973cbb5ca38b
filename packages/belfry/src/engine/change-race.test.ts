import { expect, test } from "vitest";
import { createRig, START, TENANT } from "./engine-fixture.ts";

test("edit() sends nothing to the new target that was delivered to the old one while it was being made", async () => {
  const rig = createRig();
  const answer = Promise.withResolvers<void>();
  rig.channel.answer = async () => {
    await answer.promise;
    return { kind: "delivered" };
  };
  const { findOpenDeliveries } = rig.store;
  let reads = 0;
  // After the last of its reads the edit still takes the first occurrence for one that is being sent.
  rig.store.findOpenDeliveries = async (...asked) => {
    const open = await findOpenDeliveries(...asked);
    reads += 1;
    if (reads === 3) {
      answer.resolve();
      await rig.clock.advance(0);
    }
    return open;
  };
  await rig.engine.start();
  const id = await rig.accept({ schedule: { cron: "* * * * *" } });
  await rig.clock.advance(100);
  const to = { channel: "webhook", address: "http://two.test/" };
  expect(await rig.engine.edit(TENANT, id, { to })).toMatchObject({ kind: "changed", inFlight: [] });
  expect(reads).toBe(3);
  await rig.clock.advance(60_000);
  const sent = rig.channel.sent.map(({ dueMs, destination }) => [dueMs - START, destination.address]);
  expect(sent).toEqual([
    [0, "http://one.test/"],
    [60_000, "http://two.test/"],
  ]);
});
