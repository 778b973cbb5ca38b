import { beforeEach, describe, expect, test } from "vitest";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";
import { recipientOf } from "./recipient-fixture.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const TO_ADA = { recipient: "rcp_ada", channels: ["webhook"] };
const ADA = recipientOf("rcp_ada", { addresses: { webhook: "http://ada.test/" }, timeZone: "UTC" });

let rig: Rig;

beforeEach(async () => {
  rig = createRig();
  await rig.store.ensureTenant({ id: TENANT.id, timeZone: "UTC", nowMs: START });
  await rig.store.writeRecipients([{ recipient: ADA, fromRevision: null, isTold: false }]);
});

/** The store changes none of these reminders, as long as it is told to. */
function breakChanges(ids: readonly string[]): { isBroken: boolean } {
  const breakage = { isBroken: true };
  const { changeReminder } = rig.store;
  rig.store.changeReminder = (request) =>
    breakage.isBroken && ids.includes(request.reminder.id)
      ? Promise.reject(new Error("never"))
      : changeReminder(request);
  return breakage;
}

async function moveAda(timeZone = "Asia/Tokyo"): Promise<void> {
  const recipient = { ...ADA, epoch: 1, revision: 2, timeZone };
  await rig.store.writeRecipients([{ recipient, fromRevision: 1, isTold: true }]);
}

async function deliveryOf(reminderId: string) {
  const page = { tenantId: TENANT.id, limit: 10, after: undefined, state: undefined };
  return (await rig.store.listDeliveries({ ...page, reminderId })).items[0];
}

function claims(): number {
  return rig.events.filter(({ kind }) => kind === "claimed").length;
}

describe("a reminder that cannot be planned anew", () => {
  test("keeps none of its recipient's others from following", async () => {
    const bad = await rig.accept({ schedule: { in: "PT10H" }, to: TO_ADA });
    const good = { schedule: { in: "PT10S" }, usefulFor: "PT1M", to: TO_ADA, content: { text: "good" } };
    await rig.accept(good);
    await rig.engine.start();
    const breakage = breakChanges([bad]);
    await moveAda();
    await rig.clock.advance(2 * MINUTE);
    expect(rig.texts()).toEqual(["good"]);
    expect(new Set(rig.faults)).toEqual(
      new Set([`plan reminder ${bad} anew for its recipient: Error: never`]),
    );
    // The note stays, so that it follows as soon as it can.
    expect(await rig.store.listRecipientChanges(10)).toHaveLength(1);
    breakage.isBroken = false;
    await rig.clock.advance(2 * MINUTE);
    expect(await rig.store.listRecipientChanges(10)).toEqual([]);
  });

  test("is held back with the reason, looked at less and less often, and expires", async () => {
    const id = await rig.accept({ schedule: { in: "PT10S" }, usefulFor: "PT10M", to: TO_ADA });
    await rig.engine.start();
    breakChanges([id]);
    await moveAda();
    await rig.clock.advance(MINUTE);
    expect(await deliveryOf(id)).toMatchObject({
      state: "scheduled",
      reason: "the recipient was changed, and it cannot be planned anew yet",
    });
    await rig.clock.advance(14 * MINUTE);
    expect(await deliveryOf(id)).toMatchObject({ state: "expired" });
    expect(claims()).toBeLessThan(40);
    expect(rig.texts()).toEqual([]);
    expect(rig.engine.holding()).toMatchObject({ waiting: 0, queued: 0, running: 0, sent: 0 });
  });

  test("is sent once it can be", async () => {
    const id = await rig.accept({ schedule: { in: "PT10S" }, to: TO_ADA });
    await rig.engine.start();
    const breakage = breakChanges([id]);
    await moveAda();
    await rig.clock.advance(40 * SECOND);
    expect(rig.texts()).toEqual([]);
    breakage.isBroken = false;
    await rig.clock.advance(MINUTE);
    expect(rig.texts()).toEqual(["hi"]);
  });

  test("does not keep tick() from ending", async () => {
    const id = await rig.accept({ schedule: { in: "PT1S" }, to: TO_ADA });
    await rig.clock.advance(SECOND);
    breakChanges([id]);
    await moveAda();
    let isOver = false;
    void rig.engine.tick().then(() => {
      isOver = true;
    });
    for (let step = 0; step < 20; step++) await rig.clock.advance(SECOND / 5);
    expect(isOver).toBe(true);
    expect(await deliveryOf(id)).toMatchObject({ state: "scheduled" });
  });
});

test("what seems to be over by an old plan is planned anew before it is judged", async () => {
  const at = { schedule: { at: "2026-03-01T09:00" }, usefulFor: "PT30M", to: TO_ADA };
  await rig.clock.advance(9 * HOUR - 5 * MINUTE);
  await rig.accept(at);
  await moveAda("America/Los_Angeles");
  rig.clock.jump(HOUR);
  const { findTenant } = rig.store;
  // Nothing follows before it is claimed.
  rig.store.listRecipientChanges = async () => [];
  rig.store.findTenant = findTenant;
  const engine = rig.restart();
  await engine.start();
  await rig.clock.advance(8 * HOUR);
  expect(rig.channel.sent.map(({ attemptAtMs }) => attemptAtMs - START)).toEqual([17 * HOUR]);
  await engine.stop();
});

test("followNow() follows anew where one that is under way began before a recipient was deleted", async () => {
  const id = await rig.accept({ schedule: { in: "PT1H" }, to: TO_ADA });
  await rig.engine.start();
  const { findRemindersOf } = rig.store;
  // The first has read the recipient, and waits.
  let goOn = (): void => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  rig.store.findRemindersOf = async (request) => {
    rig.store.findRemindersOf = findRemindersOf;
    await held;
    return findRemindersOf(request);
  };
  await moveAda();
  const stale = rig.engine.inStep();
  await rig.clock.advance(0);
  const deleting = rig.engine.deleteRecipient(TENANT, "rcp_ada");
  await rig.clock.advance(0);
  goOn();
  expect(await deleting).toBe(true);
  expect((await rig.store.findReminder(TENANT.id, id))?.reminder.state).toBe("cancelled");
  await stale;
});
