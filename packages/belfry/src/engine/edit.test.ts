import { describe, expect, test } from "vitest";
import { changed, createRig, START, sentMinutes, TENANT } from "./engine-fixture.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAILY = { schedule: { cron: "0 9 * * *" } };

describe("edit()", () => {
  test("sends the new content from what waits on, with the same identity", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { in: "PT5M" }, content: { text: "old" } });
    const [before] = await rig.store.findOpenDeliveries(TENANT.id, id);
    const result = changed(await rig.engine.edit(TENANT, id, { content: { text: "new" } }));
    expect(result).toMatchObject({
      withdrawn: 0,
      planned: 1,
      inFlight: [],
      view: { reminder: { epoch: 1 } },
    });
    await rig.engine.start();
    await rig.clock.advance(6 * MINUTE);
    expect(rig.texts()).toEqual(["new"]);
    expect(rig.channel.sent[0]?.deliveryId).toBe(before?.id);
    await rig.engine.stop();
  });

  test("takes back what the worker holds and has not begun to send", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { in: "PT10S" }, content: { text: "old" } });
    await rig.clock.advance(9_500);
    expect((await rig.store.findOpenDeliveries(TENANT.id, id))[0]?.state).toBe("leased");
    const result = changed(await rig.engine.edit(TENANT, id, { content: { text: "new" } }));
    expect(result.inFlight).toEqual([]);
    await rig.clock.advance(1_000);
    expect(rig.texts()).toEqual(["new"]);
    await rig.engine.stop();
  });

  test("tells what is being sent, and lets its retry follow the reminder", async () => {
    const rig = createRig();
    const answers: (() => void)[] = [];
    rig.channel.answer = () =>
      new Promise((resolve) => answers.push(() => resolve({ kind: "retryable", error: "broken" })));
    await rig.engine.start();
    const id = await rig.accept({ schedule: { in: "PT1S" }, content: { text: "old" } });
    await rig.clock.advance(2_000);
    const result = changed(await rig.engine.edit(TENANT, id, { content: { text: "new" } }));
    expect(result.inFlight).toHaveLength(1);
    rig.channel.answer = () => ({ kind: "delivered" });
    for (const answer of answers) answer();
    await rig.clock.advance(MINUTE);
    expect(rig.texts()).toEqual(["old", "new"]);
    await rig.engine.stop();
  });

  test("moves a rule, and never rings again what was sent: not in another zone either", async () => {
    const rig = createRig();
    await rig.engine.start();
    const schedule = { cron: "0 9 * * *", timeZone: "Pacific/Auckland" };
    const id = await rig.accept({ schedule });
    // 09:00 on 2 March in Auckland is 20:00 on 1 March in UTC.
    await rig.clock.advance(21 * HOUR);
    expect(rig.texts()).toHaveLength(1);
    const there = { schedule: { cron: "0 9 * * *", timeZone: "America/New_York" } };
    const result = changed(await rig.engine.edit(TENANT, id, there));
    expect(result.view.reminder.next?.nominal).toBe("2026-03-03T09:00");
    const coming = await rig.engine.occurrences(TENANT.id, id, 2);
    expect(coming?.map(({ occurrence }) => occurrence.nominal)).toEqual([
      "2026-03-03T09:00",
      "2026-03-04T09:00",
    ]);
    await rig.clock.advance(2 * DAY);
    expect(sentMinutes(rig)).toEqual([20 * 60, (2 * 24 + 14) * 60]);
    await rig.engine.stop();
  });

  test("sends a yearly rule once a year, whatever day it is moved to", async () => {
    const rig = createRig({ retentionMs: DAY, tickMs: 10 * MINUTE });
    await rig.engine.start();
    const id = await rig.accept({ schedule: { yearly: { on: "03-02", time: "09:00" } } });
    await rig.clock.advance(10 * DAY);
    expect(rig.texts()).toHaveLength(1);
    const result = changed(
      await rig.engine.edit(TENANT, id, { schedule: { yearly: { on: "12-10", time: "09:00" } } }),
    );
    expect(result.view.reminder.next?.nominal).toBe("2027-12-10T09:00");
    await rig.engine.stop();
  });

  test("withdraws what the new rule does not ring, and plans what it does", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { cron: "5,10 0 * * *" } });
    const result = changed(await rig.engine.edit(TENANT, id, { schedule: { cron: "7,12 0 * * *" } }));
    expect(result).toMatchObject({ withdrawn: 2, planned: 2 });
    await rig.clock.advance(20 * MINUTE);
    expect(sentMinutes(rig)).toEqual([7, 12]);
    await rig.engine.stop();
  });

  test("gives back what was withdrawn if the rule is changed back", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { cron: "5 0 * * *" } });
    await rig.engine.edit(TENANT, id, { schedule: { cron: "7 0 * * *" } });
    await rig.engine.edit(TENANT, id, { schedule: { cron: "5 0 * * *" } });
    await rig.clock.advance(20 * MINUTE);
    expect(sentMinutes(rig)).toEqual([5]);
    await rig.engine.stop();
  });

  test("sends to the new target, and what failed for the old one too", async () => {
    const rig = createRig();
    rig.channel.answer = ({ destination }) =>
      destination.address.includes("one") ? { kind: "retryable", error: "broken" } : { kind: "delivered" };
    await rig.engine.start();
    const id = await rig.accept({ schedule: { in: "PT1S" }, retry: { initial: "PT1H", max: "PT1H" } });
    await rig.clock.advance(5_000);
    const to = { channel: "webhook", address: "http://two.test/" };
    expect(changed(await rig.engine.edit(TENANT, id, { to }))).toMatchObject({ withdrawn: 1, planned: 1 });
    await rig.clock.advance(5_000);
    expect(rig.channel.sent.map(({ destination }) => destination.address)).toEqual([
      "http://one.test/",
      "http://two.test/",
    ]);
    await rig.engine.stop();
  });

  test("counts `in` from the edit, and keeps a usefulFor that was given", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { in: "PT5M" }, usefulFor: "PT3M" });
    rig.clock.jump(2 * MINUTE);
    const { view } = changed(await rig.engine.edit(TENANT, id, { schedule: { in: "PT5M" } }));
    expect(view.upcoming?.dueMs).toBe(START + 7 * MINUTE);
    expect(view.reminder.spec.policy.usefulForMs).toBe(3 * MINUTE);
    const back = changed(await rig.engine.edit(TENANT, id, { usefulFor: null }));
    expect(back.view.reminder.spec.policy.usefulForMs).toBe(7 * DAY);
  });

  test("refuses what is wrong, naming each field, and changes nothing", async () => {
    const rig = createRig();
    const id = await rig.accept(DAILY);
    const wrong = rig.engine.edit(TENANT, id, { to: { channel: "pigeon" }, usefulFor: "x" });
    await expect(wrong).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ path: ["to", "channel"] }, { path: ["usefulFor"] }],
    });
    const past = rig.engine.edit(TENANT, id, { schedule: { at: "2020-01-01T00:00:00Z" } });
    await expect(past).rejects.toMatchObject({
      code: "past_schedule",
      issues: [{ path: ["schedule", "at"] }],
    });
    const both = rig.engine.edit(TENANT, id, { schedule: { cron: "x" }, retry: { max: "soon" } });
    await expect(both).rejects.toMatchObject({
      code: "invalid_schedule",
      issues: [{ path: ["schedule", "cron"] }, { path: ["retry", "max"] }],
    });
    expect((await rig.store.findReminder(TENANT.id, id))?.reminder.epoch).toBe(0);
  });

  test.each([
    ["content", { content: { text: "hi" } }],
    ["target", { to: { channel: "webhook", address: "http://one.test/" } }],
    ["schedule", DAILY],
    ["metadata", { metadata: { b: 1, a: [{ c: "d" }] } }],
    ["defaults", { catchUp: null, usefulFor: null, retry: null, inDoubt: null }],
  ])("leaves a reminder and its revision alone when its %s is that already", async (_name, patch) => {
    const rig = createRig();
    const id = await rig.accept({ ...DAILY, metadata: { a: [{ c: "d" }], b: 1 } });
    const before = await rig.store.findReminder(TENANT.id, id);
    rig.clock.jump(MINUTE);
    const same = changed(await rig.engine.edit(TENANT, id, patch, { ifRevision: [1] }));
    expect(same.view).toEqual(before);
    expect(await rig.store.findReminder(TENANT.id, id)).toEqual(before);
    expect(await rig.engine.edit(TENANT, id, patch, { ifRevision: [2] })).toMatchObject({ kind: "stale" });
  });

  test("is refused at another revision, for what is over, and for what is not there", async () => {
    const rig = createRig();
    const id = await rig.accept(DAILY);
    const patch = { content: { text: "new" } };
    expect(await rig.engine.edit(TENANT, id, patch, { ifRevision: [2] })).toEqual({
      kind: "stale",
      revision: 1,
    });
    expect(await rig.engine.edit(TENANT, "rem_none", patch)).toEqual({ kind: "missing" });
    expect(await rig.engine.edit({ ...TENANT, id: "tnt_other" }, id, patch)).toEqual({ kind: "missing" });
    await rig.engine.cancel(TENANT.id, id);
    expect(await rig.engine.edit(TENANT, id, patch)).toEqual({ kind: "over", state: "cancelled" });
  });

  test("of many at once, all take effect one after the other", async () => {
    const rig = createRig();
    const id = await rig.accept(DAILY);
    const results = await Promise.all(
      Array.from({ length: 5 }, (_, n) => rig.engine.edit(TENANT, id, { metadata: { n } })),
    );
    expect(results.map((result) => result.kind)).toEqual(Array(5).fill("changed"));
    expect((await rig.store.findReminder(TENANT.id, id))?.reminder.epoch).toBe(5);
  });
});
