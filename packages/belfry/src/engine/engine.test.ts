import { describe, expect, test } from "vitest";
import type { Delivery } from "../domain/delivery.ts";
import type { Outcome } from "../domain/outcome.ts";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";
import { DEFAULT_TUNING } from "./ports.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

async function deliveriesOf(rig: Rig, reminderId: string): Promise<Delivery[]> {
  const request = { tenantId: TENANT.id, limit: 100, after: undefined, reminderId, state: undefined };
  return (await rig.store.listDeliveries(request)).items;
}

async function onlyDelivery(rig: Rig, reminderId: string): Promise<Delivery> {
  const [delivery, ...others] = await deliveriesOf(rig, reminderId);
  if (!delivery || others.length > 0) throw new Error("Cannot find the one delivery");
  return delivery;
}

const retryable = (error: string, more: object = {}): Outcome => ({ kind: "retryable", error, ...more });

describe("the way of a reminder", () => {
  test("a near one goes out at its instant, not before", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { in: "PT10S" } });
    await rig.clock.advance(10 * SECOND - 1);
    expect(rig.texts()).toEqual([]);
    await rig.clock.advance(1);
    expect(rig.texts()).toEqual(["hi"]);
    await rig.clock.advance(SECOND);
    expect(await onlyDelivery(rig, id)).toMatchObject({
      state: "delivered",
      settledAtMs: START + 10 * SECOND,
    });
    expect((await rig.store.findReminder(TENANT.id, id))?.reminder.state).toBe("finished");
    await rig.engine.stop();
    expect(rig.faults).toEqual([]);
  });

  test("a far one rests until its near window, then goes out at its instant", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { at: "2026-03-03T09:00" } });
    expect(await deliveriesOf(rig, id)).toEqual([]);
    await rig.clock.advance(2 * 24 * HOUR + 9 * HOUR - 1);
    expect(rig.texts()).toEqual([]);
    expect(await onlyDelivery(rig, id)).toMatchObject({ state: "leased" });
    await rig.clock.advance(1);
    expect(rig.texts()).toEqual(["hi"]);
    await rig.engine.stop();
  });

  test("a recurring one goes out at each occurrence, each with an id of its own", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { every: "PT1S" } });
    await rig.clock.advance(5 * MINUTE);
    expect(rig.channel.sent.map((message) => message.dueMs)).toEqual(
      Array.from({ length: 300 }, (_, i) => START + (i + 1) * SECOND),
    );
    expect(new Set(rig.channel.sent.map((message) => message.deliveryId)).size).toBe(300);
    await rig.engine.stop();
  });

  test("reminders accepted together that are due at once all go out", async () => {
    const rig = createRig({ laneHandLimit: 50, handLimit: 200 });
    await rig.engine.start();
    for (let i = 0; i < 10; i++) {
      const to = { channel: "webhook", address: `http://host${i % 3}.test/` };
      const request = { schedule: { in: "PT3S" }, to, content: { text: `${i}` } };
      await rig.engine.accept(
        TENANT,
        Array.from({ length: 100 }, () => request),
      );
    }
    await rig.clock.advance(10 * SECOND);
    expect(rig.channel.sent).toHaveLength(1_000);
    expect(new Set(rig.channel.sent.map((message) => message.deliveryId)).size).toBe(1_000);
    await rig.engine.stop();
  });
});

test("a lane that empties while a claim is on its way is filled again", async () => {
  const rig = createRig({ laneHandLimit: 200 }, { slowClaimMs: 300 });
  await rig.engine.start();
  const to = { channel: "webhook", address: "http://one.test/" };
  const request = { schedule: { in: "PT0S" }, to, content: { text: "hi" } };
  await rig.engine.accept(
    TENANT,
    Array.from({ length: 400 }, () => request),
  );
  await rig.clock.advance(10 * SECOND);
  expect(rig.channel.sent).toHaveLength(400);
  await rig.engine.stop();
});

describe("an attempt that fails", () => {
  test("is made again after the backoff, with the same id, until it succeeds", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = ({ attempt }) => (attempt < 3 ? retryable("no answer") : { kind: "delivered" });
    const id = await rig.accept({ schedule: { in: "PT1S" }, retry: { initial: "PT10S", max: "PT1M" } });
    await rig.clock.advance(MINUTE);
    // The jitter of the rig is one half: 5 s after the first, 10 s after the second.
    expect(rig.channel.sent.map((message) => message.attemptAtMs - START)).toEqual([1_000, 6_000, 16_000]);
    expect(new Set(rig.channel.sent.map((message) => message.deliveryId)).size).toBe(1);
    const { state, story } = await onlyDelivery(rig, id);
    expect(state).toBe("delivered");
    expect(story.map((attempt) => attempt.outcome)).toEqual(["retryable", "retryable", "delivered"]);
    await rig.engine.stop();
  });

  test("waits as long as the destination asks", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = ({ attempt }) =>
      attempt === 1 ? retryable("busy", { retryAfterMs: HOUR }) : { kind: "delivered" };
    await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(HOUR);
    expect(rig.channel.sent).toHaveLength(1);
    await rig.clock.advance(2 * SECOND);
    expect(rig.channel.sent).toHaveLength(2);
    await rig.engine.stop();
  });

  test("is a dead letter when it is permanent, or the attempts are used up", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = () => ({ kind: "permanent", error: "404" });
    const refused = await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(2 * SECOND);
    expect(await onlyDelivery(rig, refused)).toMatchObject({ state: "dead", reason: "404", attempts: 1 });
    rig.channel.answer = () => retryable("500");
    const failing = await rig.accept({
      schedule: { in: "PT1S" },
      retry: { maxAttempts: 2, initial: "PT1S" },
    });
    await rig.clock.advance(MINUTE);
    const dead = await onlyDelivery(rig, failing);
    expect(dead).toMatchObject({
      state: "dead",
      attempts: 2,
      reason: "failed 2 of 2 attempts; the last: 500",
    });
    await rig.engine.stop();
  });

  test("expires when the next attempt would no longer be useful", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = () => retryable("busy", { retryAfterMs: HOUR });
    const id = await rig.accept({ schedule: { in: "PT1S" }, usefulFor: "PT5M" });
    await rig.clock.advance(MINUTE);
    expect((await onlyDelivery(rig, id)).state).toBe("expired");
    await rig.engine.stop();
  });

  test("comes back by redrive with the same id, and its story goes on", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = () => ({ kind: "permanent", error: "404" });
    const id = await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(2 * SECOND);
    const dead = await onlyDelivery(rig, id);
    rig.channel.answer = () => ({ kind: "delivered" });
    await rig.engine.redrive(TENANT.id, dead.id);
    await rig.clock.advance(SECOND);
    const delivery = await onlyDelivery(rig, id);
    expect(delivery).toMatchObject({ id: dead.id, state: "delivered" });
    expect(delivery.story.map((attempt) => attempt.number)).toEqual([1, 2]);
    await rig.engine.stop();
  });

  test("never rejects when a channel throws; the fault is told", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = () => {
      throw new Error("broken");
    };
    const id = await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(2 * SECOND);
    expect((await onlyDelivery(rig, id)).state).toBe("retrying");
    expect(rig.faults).toHaveLength(1);
    await rig.engine.stop();
  });
});

describe("a host that hangs", () => {
  test("never delays another, however much waits for it", async () => {
    const rig = createRig({ laneHandLimit: 20, handLimit: 100 });
    await rig.engine.start();
    rig.channel.answer = ({ destination }) =>
      destination.address.includes("hang") ? new Promise<Outcome>(() => {}) : { kind: "delivered" };
    const to = { channel: "webhook", address: "http://hang.test/" };
    await rig.engine.accept(
      TENANT,
      Array.from({ length: 500 }, () => ({ schedule: { in: "PT5S" }, to, content: { text: "stuck" } })),
    );
    await rig.accept({ schedule: { in: "PT6S" }, content: { text: "free" } });
    await rig.clock.advance(6 * SECOND);
    expect(rig.texts()).toContain("free");
    expect(rig.channel.sent.find((message) => message.content.text === "free")?.attemptAtMs).toBe(
      START + 6 * SECOND,
    );
  });
});

describe("cancel()", () => {
  test("keeps what waits from being sent, to the last moment", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { in: "PT10S" } });
    await rig.clock.advance(10 * SECOND - 1);
    expect(await rig.engine.cancel(TENANT.id, id)).toMatchObject({ cancelled: 1, inFlight: [] });
    await rig.clock.advance(MINUTE);
    expect(rig.texts()).toEqual([]);
    expect((await onlyDelivery(rig, id)).state).toBe("cancelled");
    expect((await rig.store.findReminder(TENANT.id, id))?.reminder.state).toBe("cancelled");
    await rig.engine.stop();
  });

  test("says what is being sent already, and it is not tried again", async () => {
    const rig = createRig();
    await rig.engine.start();
    let fail: (outcome: Outcome) => void = () => {};
    rig.channel.answer = () => new Promise<Outcome>((resolve) => (fail = resolve));
    const id = await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(SECOND);
    const { id: deliveryId } = await onlyDelivery(rig, id);
    expect(await rig.engine.cancel(TENANT.id, id)).toMatchObject({ cancelled: 0, inFlight: [deliveryId] });
    fail(retryable("500"));
    await rig.clock.advance(HOUR);
    expect(rig.channel.sent).toHaveLength(1);
    expect((await onlyDelivery(rig, id)).state).toBe("cancelled");
    await rig.engine.stop();
  });
});

describe("after 24 hours in which nothing ran", () => {
  async function returnAfter(catchUp: "all" | "latest" | "none", usefulFor = "P2D"): Promise<Rig> {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { every: "PT5M" }, catchUp, usefulFor });
    await rig.clock.advance(SECOND);
    await rig.engine.stop();
    rig.clock.jump(24 * HOUR + 30 * SECOND);
    await rig.restart().start();
    await rig.clock.advance(4 * MINUTE);
    return rig;
  }

  test("catchUp all sends every missed one, oldest first, none twice", async () => {
    const { channel } = await returnAfter("all");
    const due = channel.sent.map((message) => (message.dueMs - START) / (5 * MINUTE));
    expect(due).toEqual(Array.from({ length: 288 }, (_, i) => i + 1));
  });

  test("catchUp all leaves out what is no longer useful", async () => {
    const { channel } = await returnAfter("all", "PT1H");
    expect(channel.sent.length).toBe(12);
  });

  test("catchUp latest sends the latest one alone, and its story says what it stands for", async () => {
    const { channel, store } = await returnAfter("latest");
    expect(channel.sent.map((message) => message.dueMs - START)).toEqual([24 * HOUR]);
    const delivery = await store.findDelivery(TENANT.id, channel.sent[0]?.deliveryId ?? "");
    expect(delivery?.reason).toContain("missed");
  });

  test("catchUp none sends nothing until the next occurrence", async () => {
    const { channel, clock } = await returnAfter("none");
    expect(channel.sent).toEqual([]);
    await clock.advance(2 * MINUTE);
    expect(channel.sent.map((message) => message.dueMs - START)).toEqual([24 * HOUR + 5 * MINUTE]);
  });

  test("a one-off is sent late if it is still useful, and else expires with the reason", async () => {
    const rig = createRig();
    const late = await rig.accept({ schedule: { in: "PT1H" } });
    const useless = await rig.accept({
      schedule: { in: "PT1H" },
      usefulFor: "PT1H",
      content: { text: "useless" },
    });
    rig.clock.jump(24 * HOUR);
    await rig.engine.start();
    await rig.clock.advance(SECOND);
    expect(rig.texts()).toEqual(["hi"]);
    expect((await onlyDelivery(rig, late)).state).toBe("delivered");
    expect(await onlyDelivery(rig, useless)).toMatchObject({ state: "expired", story: [] });
    await rig.engine.stop();
  });
});

describe("stop() and the leases of the dead", () => {
  test("a graceful stop gives waiting leases back untried and lets running attempts end", async () => {
    const rig = createRig();
    await rig.engine.start();
    let finish: (outcome: Outcome) => void = () => {};
    rig.channel.answer = () => new Promise<Outcome>((resolve) => (finish = resolve));
    const running = await rig.accept({ schedule: { in: "PT1S" } });
    const waiting = await rig.accept({ schedule: { in: "PT2S" } });
    await rig.clock.advance(SECOND);
    const stopped = rig.engine.stop();
    finish({ kind: "delivered" });
    await rig.clock.advance(1);
    await stopped;
    expect((await onlyDelivery(rig, running)).state).toBe("delivered");
    expect(await onlyDelivery(rig, waiting)).toMatchObject({ state: "scheduled", lostLeases: 0 });
  });

  test("a killed worker's delivery is sent again with the same id, and the story tells", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = () => new Promise<Outcome>(() => {});
    const id = await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(SECOND);
    rig.channel.answer = () => ({ kind: "delivered" });
    await rig.restart().start();
    await rig.clock.advance(SECOND);
    expect(new Set(rig.channel.sent.map((message) => message.deliveryId)).size).toBe(1);
    const { state, story } = await onlyDelivery(rig, id);
    expect(state).toBe("delivered");
    expect(story.map((attempt) => attempt.outcome)).toEqual(["in-doubt", "delivered"]);
  });

  test("inDoubt hold keeps such a delivery as a dead letter instead", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = () => new Promise<Outcome>(() => {});
    const id = await rig.accept({ schedule: { in: "PT1S" }, inDoubt: "hold" });
    await rig.clock.advance(SECOND);
    await rig.restart().start();
    await rig.clock.advance(SECOND);
    expect(rig.channel.sent).toHaveLength(1);
    expect((await onlyDelivery(rig, id)).state).toBe("dead");
  });

  test("leases are renewed while long attempts run, also of all that wait behind them", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = () => new Promise<Outcome>(() => {});
    const to = { channel: "webhook", address: "http://one.test/" };
    const request = { schedule: { in: "PT1S" }, to, content: { text: "hi" } };
    await rig.engine.accept(
      TENANT,
      Array.from({ length: 2_000 }, () => request),
    );
    await rig.clock.advance(5 * MINUTE);
    expect(rig.channel.sent).toHaveLength(50);
    expect(await rig.store.recover(rig.clock.now(), DEFAULT_TUNING.leaseMs)).toEqual({
      ended: 2_000,
      nextMs: null,
    });
  });
});

describe("drain()", () => {
  test("sends what is due, leaves what is not, and comes to an end", async () => {
    const rig = createRig();
    await rig.accept({ schedule: { in: "PT1M" } });
    await rig.accept({ schedule: { in: "PT1H" }, content: { text: "later" } });
    rig.clock.jump(2 * MINUTE);
    expect(await rig.engine.promote()).toBe(0);
    expect(await rig.engine.drain()).toBe(1);
    expect(rig.texts()).toEqual(["hi"]);
  });
});
