import { describe, expect, test } from "vitest";
import type { Delivery } from "../domain/delivery.ts";
import { ShortageError, StoreError } from "../domain/errors.ts";
import type { Outcome } from "../domain/outcome.ts";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

async function deliveriesOf(rig: Rig): Promise<Delivery[]> {
  const request = {
    tenantId: TENANT.id,
    limit: 100,
    after: undefined,
    reminderId: undefined,
    state: undefined,
  };
  return (await rig.store.listDeliveries(request)).items;
}

/** Makes a method of the rig's store fail as long as it is told to. */
function breakStore(rig: Rig, method: "settle" | "renew"): { isBroken: boolean } {
  const breakage = { isBroken: false };
  const works = rig.store[method] as (...given: never[]) => Promise<string[]>;
  const breaks = (...given: never[]) =>
    breakage.isBroken ? Promise.reject(new Error("busy")) : works(...given);
  Object.assign(rig.store, { [method]: breaks });
  return breakage;
}

const toHost = (host: string) => ({ channel: "webhook", address: `http://${host}.test/` });
const never = () => new Promise<Outcome>(() => {});

describe("hosts that hang, however many", () => {
  test("leave room for another lane", async () => {
    const rig = createRig({ handLimit: 2_000, laneHandLimit: 500 });
    rig.channel.concurrencyPerDestination = 5;
    rig.channel.answer = ({ destination }) =>
      destination.address.includes("hang") ? never() : { kind: "delivered" };
    await rig.engine.start();
    for (const host of ["hang1", "hang2", "hang3", "hang4", "hang5", "hang6", "hang7", "hang8"]) {
      const request = { schedule: { in: "PT10S" }, to: toHost(host), content: { text: "stuck" } };
      await rig.engine.accept(
        TENANT,
        Array.from({ length: 800 }, () => request),
      );
    }
    await rig.accept({ schedule: { in: "PT12S" }, to: toHost("free"), content: { text: "free" } });
    await rig.clock.advance(20 * SECOND);
    expect(rig.channel.sent.find((message) => message.content.text === "free")?.attemptAtMs).toBe(
      START + 12 * SECOND,
    );
  });
});

describe("a store that fails for a while", () => {
  test("does not make a sent delivery be sent again when its outcome cannot be recorded", async () => {
    const rig = createRig();
    const settling = breakStore(rig, "settle");
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    settling.isBroken = true;
    await rig.clock.advance(2 * MINUTE);
    settling.isBroken = false;
    await rig.clock.advance(MINUTE);
    expect(rig.channel.sent).toHaveLength(1);
    expect(await deliveriesOf(rig)).toMatchObject([{ state: "delivered", lostLeases: 0 }]);
  });

  test("does not cost a lease when one renewal fails", async () => {
    const rig = createRig();
    const renewing = breakStore(rig, "renew");
    rig.channel.answer = never;
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(14 * SECOND);
    renewing.isBroken = true;
    await rig.clock.advance(5 * SECOND);
    renewing.isBroken = false;
    await rig.clock.advance(2 * MINUTE);
    expect(rig.channel.sent).toHaveLength(1);
  });

  test("does not hold up the end for ever", async () => {
    const rig = createRig();
    const settling = breakStore(rig, "settle");
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    settling.isBroken = true;
    await rig.clock.advance(2 * SECOND);
    let hasEnded = false;
    const stopping = rig.engine.stop().then(() => {
      hasEnded = true;
    });
    await rig.clock.advance(MINUTE);
    expect(hasEnded).toBe(true);
    await stopping;
    expect(rig.faults).toContainEqual(expect.stringContaining("1 deliveries are not settled"));
  });
});

describe("a machine that lacks what an attempt takes", () => {
  test.each([
    new ShortageError("Cannot connect: there are no file handles left"),
    new StoreError("store_full", "Cannot write: the disk is full"),
  ])("uses up no attempt, and sends once it has it: $message", async (shortage) => {
    const rig = createRig();
    let isShort = true;
    rig.channel.answer = () => (isShort ? Promise.reject(shortage) : { kind: "delivered" });
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" }, retry: { maxAttempts: 1 } });
    await rig.clock.advance(MINUTE);
    expect(rig.channel.sent.length).toBeLessThan(70);
    isShort = false;
    await rig.clock.advance(2 * SECOND);
    expect(await deliveriesOf(rig)).toMatchObject([
      { state: "delivered", story: [{ outcome: "delivered", number: 1 }], attempts: 0 },
    ]);
  });

  test("does not keep a delivery beyond what it is useful for, nor from being cancelled", async () => {
    const rig = createRig();
    rig.channel.answer = () => Promise.reject(new ShortageError("Cannot connect: no handles"));
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" }, usefulFor: "PT10S" });
    const cancelled = await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(5.5 * SECOND);
    expect(await rig.engine.cancel(TENANT.id, cancelled)).toMatchObject({ cancelled: 1, inFlight: [] });
    await rig.clock.advance(MINUTE);
    expect((await deliveriesOf(rig)).map(({ state }) => state).sort()).toEqual(["cancelled", "expired"]);
  });

  test("sends nothing of what is cancelled together with it", async () => {
    const rig = createRig();
    const { channel, clock, engine } = rig;
    channel.concurrencyPerDestination = 1;
    // The first is sent until the second has fallen due behind it; then its place is free for a second.
    channel.answer = async () => {
      await new Promise<void>((resolve) => clock.at(clock.now() + 5.5 * SECOND, resolve));
      throw new ShortageError("Cannot connect: no handles");
    };
    await engine.start();
    const id = await rig.accept({ schedule: { every: "PT5S" } });
    await clock.advance(10.7 * SECOND);
    expect(engine.holding()).toMatchObject({ waiting: 1, queued: 1, running: 0 });
    const cancelling = engine.cancel(TENANT.id, id);
    await clock.advance(100);
    expect(await cancelling).toMatchObject({ inFlight: [] });
    await clock.advance(MINUTE);
    expect(channel.sent).toHaveLength(1);
    expect(rig.events.filter(({ kind }) => kind === "leases-lost")).toEqual([]);
  });

  test("does not hold up the end, and leaves nothing in doubt", async () => {
    const rig = createRig();
    rig.channel.answer = () => Promise.reject(new ShortageError("Cannot connect: no handles"));
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(5.5 * SECOND);
    await rig.engine.stop();
    expect(await deliveriesOf(rig)).toMatchObject([{ state: "scheduled", story: [] }]);
  });
});

describe("the end of a worker whose store fails", () => {
  test("comes all the same, and is told of", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(0);
    const fails = () => Promise.reject(new StoreError("store_full", "Cannot write: the disk is full"));
    Object.assign(rig.store, { release: fails, leave: fails });
    await rig.engine.stop();
    expect(rig.faults).toEqual([
      expect.stringContaining("give leases back"),
      expect.stringContaining("note the end of the worker"),
    ]);
  });
});

describe("a process that was suspended past its leases", () => {
  test("puts nothing in doubt that it holds", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1.5S" }, inDoubt: "hold" });
    await rig.clock.advance(SECOND / 2);
    expect(await deliveriesOf(rig)).toMatchObject([{ state: "leased" }]);
    rig.clock.jump(10 * MINUTE);
    // A claim that comes before its timers ring.
    const draining = rig.engine.drain();
    await rig.clock.advance(SECOND);
    await draining;
    expect(await deliveriesOf(rig)).toMatchObject([
      { state: "delivered", story: [{ outcome: "delivered" }] },
    ]);
  });

  test("goes on with what it holds under new leases, and sends nothing twice", async () => {
    const rig = createRig();
    let finish: (outcome: Outcome) => void = () => {};
    rig.channel.answer = () => new Promise<Outcome>((resolve) => (finish = resolve));
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(2 * SECOND);
    rig.clock.jump(10 * MINUTE);
    await rig.accept({ schedule: { in: "PT0S" }, content: { text: "wake" } });
    await rig.clock.advance(SECOND);
    expect(rig.texts().filter((text) => text === "hi")).toHaveLength(1);
    finish({ kind: "delivered" });
    await rig.clock.advance(MINUTE);
    expect(rig.texts().filter((text) => text === "hi")).toHaveLength(1);
  });
});

describe("usefulFor", () => {
  test("counts also for what waits for its place in a lane", async () => {
    const rig = createRig();
    rig.channel.concurrencyPerDestination = 1;
    rig.channel.answer = () =>
      new Promise((resolve) =>
        rig.clock.at(rig.clock.now() + 10 * SECOND, () => resolve({ kind: "delivered" })),
      );
    await rig.engine.start();
    for (let i = 0; i < 3; i++) await rig.accept({ schedule: { in: "PT1S" }, usefulFor: "PT5S" });
    await rig.clock.advance(MINUTE);
    expect(rig.channel.sent).toHaveLength(1);
    expect((await deliveriesOf(rig)).map((delivery) => delivery.state).sort()).toEqual([
      "delivered",
      "expired",
      "expired",
    ]);
  });

  test("counts for thousands that wait for one place, whose turn comes at once", async () => {
    const rig = createRig({ laneHandLimit: 5_000 });
    rig.channel.concurrencyPerDestination = 1;
    rig.channel.answer = () =>
      new Promise((resolve) =>
        rig.clock.at(rig.clock.now() + 10 * SECOND, () => resolve({ kind: "delivered" })),
      );
    await rig.engine.start();
    const request = {
      schedule: { in: "PT1S" },
      usefulFor: "PT5S",
      content: { text: "late" },
      to: toHost("one"),
    };
    for (let i = 0; i < 5; i++)
      await rig.engine.accept(
        TENANT,
        Array.from({ length: 1_000 }, () => request),
      );
    await rig.clock.advance(MINUTE);
    expect(rig.channel.sent).toHaveLength(1);
    expect((await rig.store.counts()).deliveries).toMatchObject({ delivered: 1, expired: 4_999 });
    expect(rig.faults).toEqual([]);
  });
});

describe("a restart", () => {
  test("does not send what was cancelled while its worker was dead", async () => {
    const rig = createRig();
    rig.channel.answer = never;
    await rig.engine.start();
    const id = await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(SECOND);
    await rig.store.cancelReminder({ tenantId: TENANT.id, id, nowMs: rig.clock.now() });
    await rig.restart().start();
    await rig.clock.advance(MINUTE);
    expect(rig.channel.sent).toHaveLength(1);
    expect(await deliveriesOf(rig)).toMatchObject([
      { state: "cancelled", reason: "the reminder was cancelled" },
    ]);
  });

  test("does not take for missed what waited for its turn while a worker was alive", async () => {
    const rig = createRig();
    rig.channel.concurrencyPerDestination = 1;
    const slowly = (): Promise<Outcome> =>
      new Promise((resolve) =>
        rig.clock.at(rig.clock.now() + 5 * SECOND, () => resolve({ kind: "delivered" })),
      );
    rig.channel.answer = slowly;
    await rig.engine.start();
    await rig.accept({ schedule: { every: "PT1S", count: 4 }, catchUp: "none" });
    await rig.clock.advance(6 * SECOND);
    const stopping = rig.engine.stop();
    await rig.clock.advance(10 * SECOND);
    await stopping;
    await rig.restart().start();
    await rig.clock.advance(MINUTE);
    expect((await deliveriesOf(rig)).map((delivery) => delivery.state)).toEqual(Array(4).fill("delivered"));
  });

  test("does not undo a redrive", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { every: "PT5S", count: 2 }, catchUp: "none" });
    await rig.engine.stop();
    rig.clock.jump(MINUTE);
    const second = rig.restart();
    await second.start();
    const [expired] = await deliveriesOf(rig);
    await second.stop();
    await second.redrive(TENANT.id, expired?.id ?? "");
    rig.clock.jump(5 * SECOND);
    await rig.restart().start();
    await rig.clock.advance(SECOND);
    expect(rig.channel.sent.map((message) => message.deliveryId)).toEqual([expired?.id]);
  });
});

test("a redrive is useful as long as the policy says, however often it is made", async () => {
  const rig = createRig();
  rig.channel.answer = () => ({ kind: "permanent", error: "404" });
  await rig.engine.start();
  await rig.accept({ schedule: { in: "PT1S" }, usefulFor: "PT1H" });
  await rig.clock.advance(2 * SECOND);
  const [dead] = await deliveriesOf(rig);
  for (let round = 0; round < 3; round++) {
    await rig.clock.advance(MINUTE);
    const result = await rig.engine.redrive(TENANT.id, dead?.id ?? "");
    expect(result).toMatchObject({
      kind: "redriven",
      delivery: { expiresAtMs: rig.clock.now() + 60 * MINUTE },
    });
    await rig.clock.advance(SECOND);
  }
});
