import { expect, test } from "vitest";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";

const MINUTE = 60_000;
const HERD = 200;

function instantsOf({ channel }: Rig): number[] {
  return channel.sent.map(({ attemptAtMs }) => attemptAtMs - START);
}

async function sendHerd(): Promise<Rig> {
  const rig = createRig();
  await rig.engine.start();
  for (let one = 0; one < HERD; one++) await rig.accept({ schedule: { in: "PT5M" }, spread: "PT10M" });
  await rig.clock.advance(20 * MINUTE);
  return rig;
}

test("spread sends a herd evenly over its time, none before it is due, and the same one always alike", async () => {
  const rig = await sendHerd();
  const instants = instantsOf(rig);
  expect(instants).toHaveLength(HERD);
  expect(Math.min(...instants)).toBeGreaterThanOrEqual(5 * MINUTE);
  expect(Math.max(...instants)).toBeLessThan(15 * MINUTE);
  for (let minute = 5; minute < 15; minute++) {
    const inMinute = instants.filter((instant) => Math.floor(instant / MINUTE) === minute).length;
    expect(inMinute).toBeGreaterThan(HERD / 10 / 3);
    expect(inMinute).toBeLessThan((HERD / 10) * 3);
  }
  // The ids are the same, as a restart would find them, and so are the instants.
  expect(instantsOf(await sendHerd())).toEqual(instants);
});

test("spread is kept by an edit of the content, and follows an edit of the schedule", async () => {
  const rig = createRig();
  await rig.engine.start();
  const id = await rig.accept({ schedule: { at: "2026-03-01T00:10:00Z" }, spread: "PT5M" });
  const open = async () => {
    const [delivery] = await rig.store.findOpenDeliveries(TENANT.id, id);
    return delivery ? delivery.sendAtMs - delivery.occurrence.dueMs : Number.NaN;
  };
  const before = await open();
  expect(before).toBeGreaterThan(0);
  await rig.engine.edit(TENANT, id, { content: { text: "new" } });
  expect(await open()).toBe(before);
  await rig.engine.edit(TENANT, id, { schedule: { at: "2026-03-01T00:11:00Z" } });
  expect(await open()).toBeGreaterThanOrEqual(0);
  await rig.clock.advance(20 * MINUTE);
  const [sent] = instantsOf(rig);
  expect(sent).toBeGreaterThanOrEqual(11 * MINUTE);
  expect(sent).toBeLessThan(16 * MINUTE);
});

test("spread does not count as being missed, nor as a lease to take before", async () => {
  const rig = createRig();
  const id = await rig.accept({ schedule: { cron: "0 * * * *" }, spread: "PT30M", catchUp: "none" });
  await rig.engine.start();
  await rig.clock.advance(91 * MINUTE);
  const due = await rig.store.findReminder(TENANT.id, id);
  expect(due?.reminder.rung).toBeGreaterThanOrEqual(2);
  for (const [index, instant] of instantsOf(rig).entries()) {
    expect(instant).toBeGreaterThanOrEqual(index * 60 * MINUTE);
    expect(instant).toBeLessThan(index * 60 * MINUTE + 30 * MINUTE);
  }
  expect(rig.channel.sent.length).toBeGreaterThanOrEqual(1);
});
