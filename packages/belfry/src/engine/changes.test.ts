import { describe, expect, test } from "vitest";
import { changed, createRig, START, sentMinutes, TENANT } from "./engine-fixture.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAILY = { schedule: { cron: "0 9 * * *" } };

describe("pause() and resume()", () => {
  test("rest the rule and go on with the latest that was missed", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { cron: "5,10,15,20 0 * * *" } });
    await rig.clock.advance(6 * MINUTE);
    expect(changed(await rig.engine.pause(TENANT, id))).toMatchObject({
      withdrawn: 3,
      planned: 0,
      view: { reminder: { state: "paused" } },
    });
    await rig.clock.advance(11 * MINUTE);
    expect(sentMinutes(rig)).toEqual([5]);
    changed(await rig.engine.resume(TENANT, id));
    await rig.clock.advance(10 * MINUTE);
    expect(sentMinutes(rig)).toEqual([5, 17, 20]);
    await rig.engine.stop();
  });

  test.each([
    ["all", [5, 17, 17, 20]],
    ["none", [5, 20]],
  ] as const)("makes up for %s of what was missed", async (missed, minutes) => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { cron: "5,10,15,20 0 * * *" } });
    await rig.clock.advance(6 * MINUTE);
    await rig.engine.pause(TENANT, id);
    await rig.clock.advance(11 * MINUTE);
    changed(await rig.engine.resume(TENANT, id, { missed }));
    await rig.clock.advance(10 * MINUTE);
    expect(sentMinutes(rig)).toEqual(minutes);
    await rig.engine.stop();
  });

  test("ring a one-off late, or not at all if what was missed is not wanted", async () => {
    const rig = createRig();
    await rig.engine.start();
    const ids = [
      await rig.accept({ schedule: { in: "PT5M" } }),
      await rig.accept({ schedule: { in: "PT5M" } }),
    ];
    for (const id of ids) await rig.engine.pause(TENANT, id);
    await rig.clock.advance(10 * MINUTE);
    changed(await rig.engine.resume(TENANT, ids[0] ?? "", { missed: "latest" }));
    const unwanted = changed(await rig.engine.resume(TENANT, ids[1] ?? "", { missed: "none" }));
    expect(unwanted.view.reminder.state).toBe("finished");
    await rig.clock.advance(MINUTE);
    expect(sentMinutes(rig)).toEqual([10]);
    await rig.engine.stop();
  });

  test("never send again what was on its way at the pause", async () => {
    const rig = createRig();
    const answers: (() => void)[] = [];
    rig.channel.answer = () => new Promise((resolve) => answers.push(() => resolve({ kind: "delivered" })));
    await rig.engine.start();
    const id = await rig.accept({ schedule: { cron: "5 0 * * *" } });
    await rig.clock.advance(6 * MINUTE);
    expect(changed(await rig.engine.pause(TENANT, id)).inFlight).toHaveLength(1);
    for (const answer of answers) answer();
    await rig.clock.advance(MINUTE);
    const { view } = changed(await rig.engine.resume(TENANT, id));
    expect(view.upcoming?.nominal).toBe("2026-03-02T00:05");
    await rig.clock.advance(MINUTE);
    expect(rig.channel.sent).toHaveLength(1);
    await rig.engine.stop();
  });

  test("change nothing the second time", async () => {
    const rig = createRig();
    const id = await rig.accept(DAILY);
    changed(await rig.engine.resume(TENANT, id));
    changed(await rig.engine.pause(TENANT, id));
    const again = changed(await rig.engine.pause(TENANT, id));
    expect(again.view.reminder.epoch).toBe(1);
  });

  test("leave alone what was asked for by hand", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept(DAILY);
    const atMs = START + 5 * MINUTE;
    await rig.engine.ring(TENANT, { reminderId: id, kind: "snooze", key: "k", atMs });
    expect(changed(await rig.engine.pause(TENANT, id))).toMatchObject({ withdrawn: 0, planned: 1 });
    await rig.engine.ring(TENANT, { reminderId: id, kind: "trigger", key: "t", atMs: null });
    await rig.clock.advance(10 * MINUTE);
    expect(sentMinutes(rig)).toEqual([0, 5]);
    await rig.engine.stop();
  });
});

describe("skip()", () => {
  test("takes the next occurrence out, be it a delivery already or not", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { cron: "5,30 0 * * *" } });
    const first = changed(await rig.engine.skip(TENANT, id));
    expect(first).toMatchObject({ skipped: { nominal: "2026-03-01T00:05" }, withdrawn: 1 });
    const second = changed(await rig.engine.skip(TENANT, id));
    expect(second).toMatchObject({ skipped: { nominal: "2026-03-01T00:30" }, withdrawn: 0 });
    await rig.clock.advance(DAY + 10 * MINUTE);
    expect(sentMinutes(rig)).toEqual([24 * 60 + 5]);
    await rig.engine.stop();
  });

  test("takes a later one out by its nominal time, also through an edit and a restart", async () => {
    const rig = createRig();
    const id = await rig.accept(DAILY);
    changed(await rig.engine.skip(TENANT, id, { occurrence: "2026-03-03T09:00" }));
    changed(await rig.engine.edit(TENANT, id, { content: { text: "new" } }));
    const coming = await rig.engine.occurrences(TENANT.id, id, 3);
    expect(coming?.map(({ occurrence }) => occurrence.nominal.slice(8, 10))).toEqual(["01", "02", "04"]);
    const engine = rig.restart();
    await engine.start();
    await rig.clock.advance(4 * DAY);
    expect(sentMinutes(rig).map((minute) => Math.floor(minute / 1_440) + 1)).toEqual([1, 2, 4]);
    await engine.stop();
  });

  test("finishes a one-off, and then has nothing to skip", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { in: "P2D" } });
    expect(changed(await rig.engine.skip(TENANT, id)).view.reminder.state).toBe("finished");
    expect(await rig.engine.skip(TENANT, id)).toEqual({ kind: "over", state: "finished" });
  });

  test("refuses what the rule does not ring, and what is being sent", async () => {
    const rig = createRig();
    rig.channel.answer = () => new Promise(() => {});
    await rig.engine.start();
    const id = await rig.accept({ schedule: { cron: "5 0 * * *" } });
    await expect(rig.engine.skip(TENANT, id, { occurrence: "2026-03-01T00:06" })).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ path: ["occurrence"], value: "2026-03-01T00:06" }],
    });
    await rig.clock.advance(6 * MINUTE);
    expect(await rig.engine.skip(TENANT, id, { occurrence: "2026-03-01T00:05" })).toMatchObject({
      kind: "in-flight",
    });
  });
});

describe("ring()", () => {
  test("rings now, once for each key, and shifts nothing", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept(DAILY);
    const request = { reminderId: id, kind: "trigger", key: "k", atMs: null } as const;
    const rung = await rig.engine.ring(TENANT, request);
    expect(rung).toMatchObject({
      kind: "rung",
      deliveries: [{ kind: "trigger", note: "was rung by hand" }],
    });
    await rig.engine.ring(TENANT, request);
    await rig.clock.advance(MINUTE);
    expect(rig.channel.sent).toHaveLength(1);
    expect((await rig.store.findReminder(TENANT.id, id))?.reminder.next?.nominal).toBe("2026-03-01T09:00");
    await rig.engine.stop();
  });

  test("snoozes a delivery, also of a reminder that has finished", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(5_000);
    const deliveryId = rig.channel.sent[0]?.deliveryId ?? "";
    const atMs = START + HOUR;
    const rung = await rig.engine.ring(TENANT, { deliveryId, kind: "snooze", key: "k", atMs });
    expect(rung).toMatchObject({ kind: "rung", deliveries: [{ sendAtMs: atMs }] });
    await rig.clock.advance(2 * HOUR);
    expect(sentMinutes(rig)).toEqual([0, 60]);
    await rig.engine.stop();
  });

  test("is refused for what was cancelled and what is not there", async () => {
    const rig = createRig();
    const id = await rig.accept(DAILY);
    await rig.engine.cancel(TENANT.id, id);
    const request = { kind: "trigger", key: "k", atMs: null } as const;
    expect(await rig.engine.ring(TENANT, { ...request, reminderId: id })).toEqual({
      kind: "over",
      state: "cancelled",
    });
    expect(await rig.engine.ring(TENANT, { ...request, deliveryId: "dlv_none" })).toEqual({
      kind: "missing",
    });
  });
});

describe("redriveAll()", () => {
  test("counts, then brings back what a filter means, to where it goes now", async () => {
    const rig = createRig();
    rig.channel.answer = () => ({ kind: "permanent", error: "refused with 410" });
    await rig.engine.start();
    const ids = [await rig.accept({ schedule: { in: "PT1S" } }), await rig.accept(DAILY)];
    await rig.engine.ring(TENANT, { reminderId: ids[1] ?? "", kind: "trigger", key: "k", atMs: null });
    await rig.clock.advance(5_000);
    await rig.engine.edit(TENANT, ids[1] ?? "", { to: { channel: "webhook", address: "http://two.test/" } });
    const request = { filter: { state: "dead", error: "410" }, limit: 100 } as const;
    const counted = await rig.engine.redriveAll(TENANT.id, { ...request, dryRun: true });
    expect(counted).toEqual({ matched: 2, isExact: true, retried: 0 });
    rig.channel.answer = () => ({ kind: "delivered" });
    const done = await rig.engine.redriveAll(TENANT.id, { ...request, dryRun: false });
    expect(done).toEqual({ matched: 2, isExact: true, retried: 2 });
    await rig.clock.advance(5_000);
    const hosts = rig.channel.sent.slice(-2).map(({ destination }) => new URL(destination.address).host);
    expect(hosts.sort()).toEqual(["one.test", "two.test"]);
    await rig.engine.stop();
  });
});

describe("stats()", () => {
  test("gathers states, windows and the next hour", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    await rig.accept({ schedule: { in: "PT30M" } });
    await rig.clock.advance(5_000);
    const stats = await rig.engine.stats(TENANT.id);
    expect(stats.reminders).toMatchObject({ active: 1, finished: 1 });
    expect(stats.deliveries).toMatchObject({ delivered: 1, dead: 0 });
    expect(stats.windows.map(({ window, delivered }) => [window, delivered])).toEqual([
      ["PT5M", 1],
      ["PT1H", 1],
      ["P1D", 1],
    ]);
    expect(stats.perMinute.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(await rig.engine.stats(TENANT.id)).toBe(stats);
    await rig.engine.stop();
  });
});
