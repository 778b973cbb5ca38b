import { expect, test } from "vitest";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";
import type { Tuning } from "./ports.ts";
import { recipientOf } from "./recipient-fixture.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long the store takes with each recipient that is followed. */
const EACH_MS = 20;

const ADDRESSED = { addresses: { webhook: "http://one.test/" }, timeZone: "UTC" };
const TO_ADA = { recipient: "rcp_ada", channels: ["webhook"] };
const OTHER = { to: { channel: "webhook", address: "http://other.test/" }, content: { text: "other" } };

interface Crowd extends Rig {
  /** All but Ada move, in one import. */
  moveAll: () => Promise<void>;
  /** Ada moves, or gets new addresses. */
  change: (profile: { timeZone?: string; addresses?: Record<string, string> }) => Promise<void>;
}

/** Ada and many others, and a store that takes its time with each that is followed. */
async function createCrowd(size: number, tuning: Partial<Tuning> = {}): Promise<Crowd> {
  const rig = createRig({ tickMs: 10 * SECOND, nearWindowMs: MINUTE, ...tuning });
  const { store, clock } = rig;
  await store.ensureTenant({ id: TENANT.id, timeZone: "UTC", nowMs: START });
  const ada = recipientOf("rcp_ada", ADDRESSED);
  const others = Array.from({ length: size }, (_, index) => recipientOf(`rcp_${index}`, ADDRESSED));
  const made = [ada, ...others].map((recipient) => ({ recipient, fromRevision: null, isTold: false }));
  await store.writeRecipients(made);
  const { findTenant } = store;
  store.findTenant = async (id) => {
    await new Promise<void>((resolve) => clock.at(clock.now() + EACH_MS, resolve));
    return findTenant(id);
  };
  const changed = (recipient: typeof ada, profile: Partial<typeof ada>) => ({
    recipient: { ...recipient, ...profile, epoch: 1, revision: 2 },
    fromRevision: 1,
    isTold: true,
  });
  return {
    ...rig,
    moveAll: async () =>
      void (await store.writeRecipients(others.map((one) => changed(one, { timeZone: "Asia/Tokyo" })))),
    change: async (profile) => void (await store.writeRecipients([changed(ada, profile)])),
  };
}

function sentAfterMs({ channel }: Rig): number[] {
  return channel.sent.map(({ attemptAtMs }) => attemptAtMs - START);
}

async function statesOf({ store }: Rig): Promise<Partial<Record<string, number>>> {
  const { deliveries } = await store.counts(TENANT.id);
  return Object.fromEntries(Object.entries(deliveries).filter(([, count]) => count > 0));
}

test("a pass promotes what is due when thousands of recipients are to be followed", async () => {
  const crowd = await createCrowd(5_000);
  await crowd.engine.start();
  await crowd.accept({ ...OTHER, schedule: { in: "PT80S" } });
  await crowd.moveAll();
  await crowd.clock.advance(3 * MINUTE);
  expect(sentAfterMs(crowd)).toEqual([80 * SECOND]);
  expect(await crowd.store.listRecipientChanges(1)).toEqual([]);
  expect(crowd.faults).toEqual([]);
});

test("start() waits for a second at most when thousands of recipients are to be followed", async () => {
  const crowd = await createCrowd(5_000);
  await crowd.accept({ ...OTHER, schedule: { in: "PT3S" } });
  await crowd.moveAll();
  let startedAtMs = Number.NaN;
  void crowd.engine.start().then(() => {
    startedAtMs = crowd.clock.now() - START;
  });
  await crowd.clock.advance(3 * MINUTE);
  expect(startedAtMs).toBe(SECOND);
  expect(sentAfterMs(crowd)).toEqual([3 * SECOND]);
  expect(await crowd.store.listRecipientChanges(1)).toEqual([]);
});

test("start() waits for nobody to be followed when another process sends", async () => {
  const crowd = await createCrowd(500);
  await crowd.engine.start();
  await crowd.moveAll();
  let isStarted = false;
  void crowd
    .restart()
    .start()
    .then(() => {
      isStarted = true;
    });
  await crowd.clock.advance(0);
  expect(isStarted).toBe(true);
});

test("what is due of a changed recipient is planned anew and sent at once when thousands are followed", async () => {
  const crowd = await createCrowd(5_000);
  await crowd.accept({ schedule: { in: "PT5S" }, to: TO_ADA });
  await crowd.engine.start();
  await crowd.moveAll();
  await crowd.change({ addresses: { webhook: "http://new.test/" } });
  await crowd.clock.advance(10 * SECOND);
  expect(crowd.channel.sent.map(({ destination }) => destination.address)).toEqual(["http://new.test/"]);
  expect(sentAfterMs(crowd)).toEqual([5 * SECOND]);
});

test("a recipient who is changed by a request is followed soon when thousands are followed", async () => {
  const crowd = await createCrowd(5_000);
  await crowd.engine.start();
  await crowd.moveAll();
  await crowd.clock.advance(15 * SECOND);
  // In Tokyo it is nine hours later, so that this is due half a minute from now.
  await crowd.accept({ schedule: { at: "2026-03-01T09:00:45" }, to: TO_ADA });
  const patching = crowd.engine.patchRecipient(TENANT, "rcp_ada", { timeZone: "Asia/Tokyo" });
  await crowd.clock.advance(35 * SECOND);
  await patching;
  expect(sentAfterMs(crowd)).toEqual([45 * SECOND]);
});

test("stop() ends soon when thousands of recipients are followed", async () => {
  const crowd = await createCrowd(5_000);
  await crowd.engine.start();
  await crowd.moveAll();
  await crowd.clock.advance(15 * SECOND);
  let isStopped = false;
  void crowd.engine.stop().then(() => {
    isStopped = true;
  });
  await crowd.clock.advance(2 * EACH_MS);
  expect(isStopped).toBe(true);
  const left = (await crowd.store.listRecipientChanges(5_000)).length;
  await crowd.clock.advance(MINUTE);
  expect((await crowd.store.listRecipientChanges(5_000)).length).toBe(left);
});

test("tick() sends what is due beside, and goes on the next time where it has not followed all", async () => {
  const crowd = await createCrowd(400);
  await crowd.accept({ ...OTHER, schedule: { in: "PT1S" } });
  await crowd.clock.advance(SECOND);
  await crowd.moveAll();
  const first = crowd.engine.tick();
  await crowd.clock.advance(MINUTE);
  expect(await first).toEqual({ promoted: 0, sent: 1, isBehind: true });
  // A second before it caught up, and half a tick after.
  expect(sentAfterMs(crowd)).toEqual([2 * SECOND]);
  const left = (await crowd.store.listRecipientChanges(400)).length;
  expect(left).toBeGreaterThan(90);
  expect(left).toBeLessThan(200);
  const second = crowd.engine.tick();
  await crowd.clock.advance(MINUTE);
  expect(await second).toEqual({ promoted: 0, sent: 0, isBehind: false });
  expect(await crowd.store.listRecipientChanges(1)).toEqual([]);
});

test("start() leaves what a change that is to be followed moves into the future, whatever catchUp says", async () => {
  const crowd = await createCrowd(500);
  const daily = { catchUp: "none", to: TO_ADA } as const;
  await crowd.clock.advance(9 * HOUR - 30 * SECOND);
  await crowd.accept({ ...daily, schedule: { cron: "0 9 * * *" }, content: { text: "moves" } });
  const schedule = { cron: "0 9 * * *", timeZone: "UTC" };
  await crowd.accept({ ...daily, schedule, content: { text: "stays" } });
  await crowd.moveAll();
  await crowd.change({ timeZone: "America/Los_Angeles" });
  crowd.clock.jump(HOUR);
  const starts = crowd.restart().start();
  await crowd.clock.advance(MINUTE);
  await starts;
  expect(await statesOf(crowd)).toEqual({ expired: 1 });
  await crowd.clock.advance(8 * HOUR);
  expect(crowd.texts()).toEqual(["moves"]);
  expect(sentAfterMs(crowd)).toEqual([17 * HOUR]);
});

test("a stranger's delivery is claimed in time when hundreds that are held are planned anew", async () => {
  const crowd = await createCrowd(800);
  const { store, clock, engine } = crowd;
  await engine.start();
  const toAll = Array.from({ length: 800 }, (_, index) => ({
    schedule: { in: "PT20S" },
    to: { recipient: `rcp_${index}`, channels: ["webhook"] },
    content: { text: "herd" },
  }));
  await engine.accept(TENANT, toAll);
  const { changeReminder } = store;
  store.changeReminder = async (request) => {
    await new Promise<void>((resolve) => clock.at(clock.now() + 5, resolve));
    return changeReminder(request);
  };
  await clock.advance(17_500);
  await crowd.moveAll();
  await clock.advance(1_500);
  await crowd.accept({ ...OTHER, schedule: { in: "PT1S" } });
  await clock.advance(2 * MINUTE);
  const [other] = crowd.channel.sent.filter(({ content }) => content.text === "other");
  expect((other?.attemptAtMs ?? 0) - START).toBeLessThan(20_200);
  expect(crowd.channel.sent).toHaveLength(801);
  expect(crowd.faults).toEqual([]);
});
