import { expect, test } from "vitest";
import { StoreError } from "../domain/errors.ts";
import { createRig, type Rig, TENANT } from "./engine-fixture.ts";
import { previewSchedule } from "./preview.ts";

/** A rig whose first attempt fails, and whose first answers of the store come late, as behind a slow disk: the rows are written. */
function createLateRig({ lateMs, times }: { lateMs: number; times: number }): Rig {
  const rig = createRig();
  const settle = rig.store.settle;
  let calls = 0;
  rig.store.settle = async (batch) => {
    const refused = await settle(batch);
    calls += 1;
    if (calls <= times) await new Promise<void>((resolve) => rig.clock.at(rig.clock.now() + lateMs, resolve));
    return refused;
  };
  failAtFirst(rig);
  return rig;
}

function failAtFirst(rig: Rig): void {
  rig.channel.answer = ({ attempt }) =>
    attempt === 1 ? { kind: "retryable", error: "500" } : { kind: "delivered" };
}

/** How each attempt for a reminder went. */
async function outcomesOf(rig: Rig, reminderId: string): Promise<string[] | undefined> {
  const request = { tenantId: TENANT.id, limit: 10, after: undefined, reminderId, state: undefined };
  const [delivery] = (await rig.store.listDeliveries(request)).items;
  return delivery?.story.map(({ outcome }) => outcome);
}

test("a retry that is claimed before its worker hears that it is recorded is run all the same", async () => {
  const rig = createLateRig({ lateMs: 3_000, times: Number.POSITIVE_INFINITY });
  await rig.engine.start();
  await rig.accept({ schedule: { in: "PT1S" }, retry: { initial: "PT1S" } });
  await rig.clock.advance(1_100);
  await rig.accept({ schedule: { in: "PT1S" }, content: { text: "wakes the claim" } });
  await rig.clock.advance(10_000);
  expect(rig.texts().filter((text) => text === "hi")).toHaveLength(2);
});

test("the lease of a retry is kept while its worker waits for longer than it to hear that it is recorded", async () => {
  const rig = createLateRig({ lateMs: 90_000, times: 1 });
  await rig.engine.start();
  const id = await rig.accept({ schedule: { in: "PT1S" }, retry: { initial: "PT1S" }, inDoubt: "hold" });
  await rig.clock.advance(1_100);
  await rig.accept({ schedule: { in: "PT1S" }, content: { text: "wakes the claim" } });
  await rig.clock.advance(120_000);
  expect(await outcomesOf(rig, id)).toEqual(["retryable", "delivered"]);
  expect(rig.events.map(({ kind }) => kind)).not.toContain("leases-lost");
});

test("a retry that was claimed anew and then lost to another is not sent by its worker", async () => {
  const rig = createLateRig({ lateMs: 90_000, times: 1 });
  const { claim } = rig.store;
  await rig.engine.start();
  await rig.accept({ schedule: { in: "PT1S" }, retry: { initial: "PT1S" } });
  await rig.clock.advance(1_100);
  await rig.accept({ schedule: { in: "PT1S" }, content: { text: "wakes the claim" } });
  await rig.clock.advance(4_000);
  // From now on another has it.
  rig.store.claim = async () => ({ claims: [], parkedLanes: [], isMore: false });
  rig.store.renew = async (leases) => leases.map(({ deliveryId }) => deliveryId);
  await rig.clock.advance(120_000);
  expect(rig.texts().filter((text) => text === "hi")).toHaveLength(1);
  rig.store.claim = claim;
});

test("a retry whose record was written, though the store could not say so, is recorded once and run", async () => {
  const rig = createRig();
  const settle = rig.store.settle;
  let calls = 0;
  // The first answer is lost on the way, and the settler asks again a second later.
  rig.store.settle = async (batch) => {
    const refused = await settle(batch);
    calls += 1;
    if (calls === 1) throw new StoreError("store_unreachable", "Cannot write to the database: it broke off");
    return refused;
  };
  failAtFirst(rig);
  await rig.engine.start();
  const id = await rig.accept({ schedule: { in: "PT1S" }, retry: { initial: "PT0.1S", maxAttempts: 2 } });
  await rig.clock.advance(1_010);
  await rig.accept({ schedule: { in: "PT0.1S" }, content: { text: "wakes the claim" } });
  await rig.clock.advance(10_000);
  expect(await outcomesOf(rig, id)).toEqual(["retryable", "delivered"]);
  // Nobody else has it: it was only not heard of.
  expect(rig.events.map(({ kind }) => kind)).not.toContain("leases-lost");
  expect(rig.texts().filter((text) => text === "hi")).toHaveLength(2);
});

test.each([
  "FREQ=SECONDLY;BYSETPOS=2;BYSECOND=46",
  "FREQ=MINUTELY;BYSECOND=0;BYSETPOS=2",
  "FREQ=HOURLY;BYMINUTE=1,2;BYSETPOS=3",
  "FREQ=SECONDLY;INTERVAL=5;BYDAY=FR;BYSETPOS=-2,6",
])("%s is refused at once, since no period holds that position", (rrule) => {
  const { clock } = createRig();
  const begunMs = performance.now();
  const preview = () =>
    previewSchedule(clock, TENANT, { schedule: { rrule, start: "2026-12-01T00:00" }, count: 1 });
  expect(preview).toThrow(expect.objectContaining({ code: "impossible_schedule" }));
  expect(performance.now() - begunMs).toBeLessThan(300);
});

test.each(["__proto__", "constructor", "toString"])("the cron %s is bad input and no fault", (cron) => {
  const { clock } = createRig();
  const preview = () => previewSchedule(clock, TENANT, { schedule: { cron }, count: 1 });
  expect(preview).toThrow(expect.objectContaining({ code: "invalid_schedule" }));
});
