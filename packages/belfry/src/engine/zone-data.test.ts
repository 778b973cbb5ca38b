import { expect, test } from "vitest";
import { StoreError } from "../domain/errors.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Store } from "../store/store.ts";
import { zoneDataVersion } from "../time/schedule.ts";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";

const HOUR = 3_600_000;
const OLD = "2019a";
const timeZone = "Europe/Paris";
const DAILY = { schedule: { cron: "0 9 * * *", timeZone }, content: { text: "daily" } };
/** 09:00 in Paris, on the first day of March and the day after. */
const NINE = START + 8 * HOUR;

async function find(rig: Rig, id: string): Promise<Reminder> {
  const view = await rig.store.findReminder(TENANT.id, id);
  if (!view) throw new Error(`Cannot find ${id}`);
  return view.reminder;
}

/** As if a process with other zone data had planned them: each is due so much later than it should be. */
async function planWrongly(rig: Rig, ids: readonly string[], byMs: number): Promise<void> {
  for (const id of ids) {
    const reminder = await find(rig, id);
    const { next } = reminder;
    if (!next) throw new Error(`Cannot plan ${id} wrongly: it has no next occurrence`);
    const resolution = { ...next.resolution, zoneData: OLD };
    const wrong = {
      ...reminder,
      version: reminder.version + 1,
      next: { ...next, dueMs: next.dueMs + byMs, resolution },
    };
    const change = {
      kind: "changed",
      fromVersion: reminder.version,
      deliveries: [],
      movesInstants: false,
    } as const;
    const parts = { reason: "test", spentFromMs: START, nowMs: START };
    expect((await rig.store.changeReminder({ ...change, ...parts, reminder: wrong })).kind).toBe("changed");
  }
  await rig.store.writeFact("zone-data", OLD);
}

async function createSettledRig(): Promise<Rig> {
  const rig = createRig();
  await rig.store.ensureTenant({ ...TENANT, nowMs: START });
  return rig;
}

test("start() plans anew what reads a wall clock if the zone data is other than that of the plans, and tells what moved", async () => {
  const rig = await createSettledRig();
  const moved = await rig.accept(DAILY);
  const floating = await rig.accept({ schedule: { yearly: { on: "03-15", time: "09:00" } } });
  const interval = await rig.accept({ schedule: { every: "PT2H" } });
  const alike = await rig.accept({ schedule: { rrule: "FREQ=WEEKLY", start: "2026-03-02T09:00" } });
  await planWrongly(rig, [moved, floating, interval], HOUR);
  const before = await Promise.all([interval, alike].map((id) => find(rig, id)));
  const engine = rig.restart();
  await engine.start();
  expect((await find(rig, moved)).next).toMatchObject({ nominal: "2026-03-01T09:00", dueMs: NINE });
  expect((await find(rig, floating)).next).toMatchObject({ key: "2026", dueMs: Date.UTC(2026, 2, 15, 9) });
  expect(await Promise.all([interval, alike].map((id) => find(rig, id)))).toEqual(before);
  const told = rig.events.filter(({ kind }) => kind.startsWith("zone"));
  const nine = { kind: "zone-moved", tenantId: TENANT.id, reminderId: moved, nominal: "2026-03-01T09:00" };
  expect(told).toContainEqual({ ...nine, fromMs: NINE + HOUR, toMs: NINE });
  expect(told.at(-1)).toEqual({ kind: "zone-data", from: OLD, to: zoneDataVersion(), lookedAt: 4, moved: 2 });
  expect(await rig.store.readFact("zone-data")).toBe(zoneDataVersion());
  expect(await rig.store.readFact("zone-data-walk")).toBeNull();
  await rig.clock.advance(9 * HOUR);
  expect(rig.channel.sent.filter(({ reminderId }) => reminderId === moved).map(({ dueMs }) => dueMs)).toEqual(
    [NINE],
  );
  expect(rig.faults).toEqual([]);
  await engine.stop();
});

test("start() plans nothing anew if the zone data is that of the plans", async () => {
  const rig = await createSettledRig();
  const id = await rig.accept(DAILY);
  await planWrongly(rig, [id], HOUR);
  await rig.store.writeFact("zone-data", "2026z");
  const engine = rig.restart({ zoneData: "2026z" });
  await engine.start();
  expect((await find(rig, id)).next?.dueMs).toBe(NINE + HOUR);
  expect(rig.events.filter(({ kind }) => kind.startsWith("zone"))).toEqual([]);
  await engine.stop();
});

test("a promotion rings at the time of its own zone data what a process with other data has planned since", async () => {
  const rig = await createSettledRig();
  const early = await rig.accept(DAILY);
  await planWrongly(rig, [early], -HOUR);
  await rig.store.writeFact("zone-data", zoneDataVersion());
  const engine = rig.restart();
  await engine.start();
  await rig.clock.advance(33 * HOUR);
  expect(rig.channel.sent.map(({ attemptAtMs }) => attemptAtMs)).toEqual([NINE, NINE + 24 * HOUR]);
  await engine.stop();
});

test("start() sends at once, with the reason, what new zone data puts into the past", async () => {
  const rig = await createSettledRig();
  const id = await rig.accept(DAILY);
  await planWrongly(rig, [id], HOUR);
  rig.clock.jump(8.5 * HOUR);
  const engine = rig.restart();
  await engine.start();
  await rig.clock.advance(1_000);
  expect(rig.channel.sent).toMatchObject([{ reminderId: id, dueMs: NINE }]);
  const { items } = await rig.store.listDeliveries({
    tenantId: TENANT.id,
    limit: 10,
    after: undefined,
    reminderId: id,
    state: "delivered",
  });
  expect(items).toMatchObject([{ note: "a change moved it into the past: it goes out at once" }]);
  await rig.clock.advance(24 * HOUR);
  expect(rig.channel.sent.map(({ dueMs }) => dueMs)).toEqual([NINE, NINE + 24 * HOUR]);
  await engine.stop();
});

test("start() moves also what is promoted already and waits to be sent", async () => {
  const rig = await createSettledRig();
  const id = await rig.accept({ schedule: { at: "2026-03-01T10:10", timeZone } });
  await planWrongly(rig, [id], HOUR);
  rig.clock.jump(10 * HOUR);
  await rig.restart({ zoneData: OLD }).promote();
  expect((await find(rig, id)).next).toBeNull();
  const waiting = await rig.store.findOpenDeliveries(TENANT.id, id);
  expect(waiting.map(({ sendAtMs }) => sendAtMs - START)).toEqual([10 * HOUR + 10 * 60_000]);
  const engine = rig.restart();
  await engine.start();
  await rig.clock.advance(2 * HOUR);
  expect(rig.channel.sent).toMatchObject([
    { dueMs: NINE + HOUR + 10 * 60_000, attemptAtMs: START + 10 * HOUR },
  ]);
  await engine.stop();
});

test("start() goes on where a walk was broken off", async () => {
  const rig = await createSettledRig();
  const requests = Array.from({ length: 600 }, () => ({
    ...DAILY,
    to: { channel: "webhook", address: "http://one.test/" },
  }));
  const accepted = await rig.engine.accept(TENANT, requests);
  const ids = accepted.flatMap((one) => (one.ok ? [one.view.reminder.id] : []));
  await planWrongly(rig, ids, HOUR);
  const afters: (string | null)[] = [];
  const failing = (failsAt: number): Rig["store"] => ({
    ...rig.store,
    walkReminders: async (after, limit) => {
      if (afters.push(after?.id ?? null) === failsAt) throw new Error("Cannot walk: it is broken off");
      return rig.store.walkReminders(after, limit);
    },
  });
  await expect(rig.restart({ store: failing(2) }).start()).rejects.toThrow("broken off");
  expect(await rig.store.readFact("zone-data")).toBe(OLD);
  const engine = rig.restart({ store: failing(0) });
  await engine.start();
  expect(afters).toEqual([null, ids[499], ids[499], ids[599]]);
  const dues = await Promise.all(ids.map(async (id) => (await find(rig, id)).next?.dueMs));
  expect(new Set(dues)).toEqual(new Set([NINE]));
  expect(rig.events.find(({ kind }) => kind === "zone-data")).toMatchObject({ lookedAt: 600, moved: 600 });
  await engine.stop();
});

test("start() plans the others though one can no longer be planned", async () => {
  const rig = await createSettledRig();
  const lost = await rig.accept(DAILY);
  const found = await rig.accept(DAILY);
  await planWrongly(rig, [lost, found], HOUR);
  const reminder = await find(rig, lost);
  const spec = { ...reminder.spec, schedule: { cron: "0 9 * * *", timeZone: "Mars/Olympus_Mons" } };
  await rig.store.changeReminder({
    kind: "changed",
    reminder: { ...reminder, version: reminder.version + 1, spec },
    fromVersion: reminder.version,
    deliveries: [],
    movesInstants: false,
    reason: "test",
    spentFromMs: START,
    nowMs: START,
  });
  const engine = rig.restart();
  await engine.start();
  expect((await find(rig, found)).next?.dueMs).toBe(NINE);
  expect(rig.faults.join("\n")).toMatch(`plan reminder ${lost} with new zone data`);
  await engine.stop();
});

test("start() fails if the store does in the middle of it, and the next one plans anew what is left", async () => {
  const rig = await createSettledRig();
  const ids = [await rig.accept(DAILY), await rig.accept(DAILY)];
  await planWrongly(rig, ids, HOUR);
  let changes = 0;
  const unlessBroken = <Arguments extends unknown[], Result>(
    call: (...args: Arguments) => Promise<Result>,
  ) => {
    return async (...args: Arguments): Promise<Result> => {
      if (changes > 1) throw new StoreError("store_unreachable", "Cannot write: the connection broke off");
      return call(...args);
    };
  };
  const changeReminder: Store["changeReminder"] = (change) => {
    changes += 1;
    return unlessBroken(rig.store.changeReminder)(change);
  };
  const writeFact = unlessBroken(rig.store.writeFact);
  const broken = rig.restart({ store: { ...rig.store, changeReminder, writeFact } });
  await expect(broken.start()).rejects.toThrow("the connection broke off");
  expect(await rig.store.readFact("zone-data")).toBe(OLD);
  const engine = rig.restart();
  await engine.start();
  for (const id of ids) expect((await find(rig, id)).next).toMatchObject({ dueMs: NINE });
  expect(await rig.store.readFact("zone-data")).toBe(zoneDataVersion());
  await engine.stop();
});

test("start() tells of a reminder that the store does not write, and plans the others", async () => {
  const rig = await createSettledRig();
  const [lost, found] = [await rig.accept(DAILY), await rig.accept(DAILY)];
  await planWrongly(rig, [lost, found], HOUR);
  const changeReminder: Store["changeReminder"] = (change) => {
    const isLost = change.reminder.id === lost;
    if (isLost) throw new StoreError("store_failed", "Cannot write to the database: CHECK constraint failed");
    return rig.store.changeReminder(change);
  };
  const engine = rig.restart({ store: { ...rig.store, changeReminder } });
  await engine.start();
  expect((await find(rig, found)).next?.dueMs).toBe(NINE);
  expect(rig.faults).toEqual([expect.stringContaining(`plan reminder ${lost} with new zone data`)]);
  expect(await rig.store.readFact("zone-data")).toBe(zoneDataVersion());
  await engine.stop();
});

test("start() plans anew at the second try what the store did not write at the first", async () => {
  const rig = await createSettledRig();
  const id = await rig.accept(DAILY);
  await planWrongly(rig, [id], HOUR);
  let changes = 0;
  const changeReminder: Store["changeReminder"] = (change) => {
    changes += 1;
    if (changes === 1) throw new StoreError("store_locked", "Cannot write to the database: it is locked");
    return rig.store.changeReminder(change);
  };
  const engine = rig.restart({ store: { ...rig.store, changeReminder } });
  await engine.start();
  expect((await find(rig, id)).next?.dueMs).toBe(NINE);
  expect(rig.faults).toEqual([]);
  await engine.stop();
});
