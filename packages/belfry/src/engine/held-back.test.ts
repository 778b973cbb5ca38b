import { expect, test } from "vitest";
import type { MembershipEvents } from "../store/store.ts";
import { createRig, START, TENANT } from "./engine-fixture.ts";

const SECOND = 1_000;

/** A rig with a rope to cut its worker off by, and to bring it back. */
function createRopedRig() {
  const rig = createRig();
  const { store } = rig;
  const { join } = store;
  let membership: MembershipEvents | undefined;
  store.join = (worker, events) => {
    membership = events;
    return join(worker, events);
  };
  const deliveries = async () => (await store.counts(TENANT.id)).deliveries;
  const sentAt = () => rig.channel.sent.map(({ attemptAtMs }) => attemptAtMs - START);
  return { ...rig, deliveries, sentAt, cut: () => membership?.onLost(), mend: () => membership?.onBack() };
}

test("a worker that is cut off claims nothing, and claims again once it is back", async () => {
  const { accept, clock, cut, deliveries, engine, mend, sentAt } = createRopedRig();
  await engine.start();
  cut();
  await accept({ schedule: { in: "PT2S" } });
  await clock.advance(5 * SECOND);
  expect(await deliveries()).toMatchObject({ scheduled: 1, leased: 0 });
  mend();
  await clock.advance(SECOND);
  expect(sentAt()).toEqual([5 * SECOND]);
});

test("a worker that is cut off for a third of its lease gives back what it has not begun to send", async () => {
  const { accept, clock, cut, deliveries, engine, mend, sentAt } = createRopedRig();
  await engine.start();
  await accept({ schedule: { in: "PT1.5S" } });
  await clock.advance(500);
  cut();
  await clock.advance(9 * SECOND);
  expect(await deliveries()).toMatchObject({ scheduled: 0, leased: 1 });
  await clock.advance(SECOND);
  expect(await deliveries()).toMatchObject({ scheduled: 1, leased: 0 });
  mend();
  await clock.advance(SECOND);
  expect(sentAt()).toEqual([10.5 * SECOND]);
});

test("a worker that is cut off for long also gives back what it was about to begin when that came", async () => {
  const { accept, clock, cut, deliveries, engine, store } = createRopedRig();
  const { claim } = store;
  await engine.start();
  await accept({ schedule: { in: "PT5S" } });
  // Its answer comes when the worker has given back what it held by then.
  store.claim = async (request) => {
    const claimed = await claim(request);
    if (claimed.claims.length > 0)
      await new Promise<void>((resolve) => clock.at(clock.now() + 12 * SECOND, resolve));
    return claimed;
  };
  await clock.advance(4.5 * SECOND);
  expect(await deliveries()).toMatchObject({ leased: 1 });
  cut();
  await clock.advance(12 * SECOND);
  expect(engine.holding()).toMatchObject({ waiting: 0, queued: 1, running: 0 });
  await clock.advance(10 * SECOND);
  expect(await deliveries()).toMatchObject({ scheduled: 1, leased: 0 });
});

test("a worker that is cut off again while it comes back stays held", async () => {
  const { accept, clock, cut, engine, mend, sentAt } = createRopedRig();
  await engine.start();
  cut();
  mend();
  cut();
  await accept({ schedule: { in: "PT2S" } });
  await clock.advance(5 * SECOND);
  expect(sentAt()).toEqual([]);
  mend();
  await clock.advance(SECOND);
  expect(sentAt()).toEqual([5 * SECOND]);
});

/** A pass over one that is due, which is cut off as soon as it has begun. */
async function cutOffTick() {
  const rig = createRopedRig();
  const { accept, clock, cut, engine, store } = rig;
  await accept({ schedule: { in: "PT1S" } });
  await clock.advance(SECOND);
  const { exclusively } = store;
  store.exclusively = async (work) => {
    const result = await exclusively(work);
    cut();
    return result;
  };
  return { ...rig, ticking: engine.tick() };
}

test("tick() waits for what cuts it off to be over", async () => {
  const { clock, mend, sentAt, ticking } = await cutOffTick();
  await clock.advance(2 * SECOND);
  expect(sentAt()).toEqual([]);
  mend();
  await clock.advance(SECOND);
  expect((await ticking).sent).toBe(1);
});

test("tick() ends when it is cut off for too long, and leaves what is due to the next", async () => {
  const { clock, deliveries, ticking } = await cutOffTick();
  await clock.advance(11 * SECOND);
  expect((await ticking).sent).toBe(0);
  expect(await deliveries()).toMatchObject({ scheduled: 1, leased: 0 });
});
