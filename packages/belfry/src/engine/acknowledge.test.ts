import { describe, expect, test } from "vitest";
import type { Delivery } from "../domain/delivery.ts";
import { createRig, type RecordingChannel, type Rig, START, sentMinutes, TENANT } from "./engine-fixture.ts";
import { putRecipient, recipientOf } from "./recipient-fixture.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NAG = { every: "PT10M", max: 6 };

function minutesOf({ sent }: RecordingChannel): number[] {
  return sent.map(({ attemptAtMs }) => Math.floor((attemptAtMs - START) / MINUTE));
}

async function deliveriesOf({ store }: Rig): Promise<Delivery[]> {
  const page = { tenantId: TENANT.id, limit: 100, after: undefined };
  const { items } = await store.listDeliveries({ ...page, reminderId: undefined, state: undefined });
  return items.reverse();
}

async function stateOf({ store }: Rig, id: string) {
  return (await store.findReminder(TENANT.id, id))?.reminder.state;
}

/** Someone with two channels, on an engine that runs. */
async function rigWithAda(): Promise<Rig> {
  const rig = createRig({}, { others: ["sms", "mail"] });
  const [webhook, sms] = ["http://ada.test/", "http://sms.test/ada"];
  await putRecipient(rig.store, recipientOf("rcp_ada", { addresses: { webhook, sms } }));
  await putRecipient(rig.store, recipientOf("rcp_bob", { addresses: { mail: "http://mail.test/bob" } }));
  await rig.engine.start();
  return rig;
}

describe("a reminder with repeat", () => {
  test("nags every ten minutes, at most six times, and then is finished", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ repeat: NAG });
    await rig.clock.advance(59 * MINUTE);
    expect(await stateOf(rig, id)).toBe("active");
    await rig.clock.advance(3 * HOUR);
    expect(sentMinutes(rig)).toEqual([1, 11, 21, 31, 41, 51, 61]);
    expect(await stateOf(rig, id)).toBe("finished");
    const kinds = (await deliveriesOf(rig)).map(({ kind, reason }) => [kind, reason]);
    expect(kinds.slice(0, 2)).toEqual([
      ["rule", null],
      ["repeat", "repeat 1 of at most 6: nobody has acknowledged it"],
    ]);
    expect(kinds).toHaveLength(7);
    expect(rig.faults).toEqual([]);
  });

  test("is silent once somebody acknowledges any of its deliveries, a second time changes nothing", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ repeat: NAG });
    await rig.clock.advance(25 * MINUTE);
    const [first, second] = await deliveriesOf(rig);
    const acknowledged = await rig.engine.acknowledge(TENANT.id, second?.id ?? "");
    expect(acknowledged).toMatchObject({
      isRepeat: false,
      cancelled: 1,
      inFlight: [],
      acknowledgedAtMs: START + 25 * MINUTE,
    });
    expect(await stateOf(rig, id)).toBe("finished");
    await rig.clock.advance(3 * HOUR);
    expect(sentMinutes(rig)).toEqual([1, 11, 21]);
    expect((await deliveriesOf(rig)).at(-1)).toMatchObject({ state: "cancelled", reason: "acknowledged" });
    const again = await rig.engine.acknowledge(TENANT.id, first?.id ?? "");
    expect(again).toMatchObject({ isRepeat: true, cancelled: 0, acknowledgedAtMs: START + 25 * MINUTE });
    expect(rig.events.filter(({ kind }) => kind === "acknowledged")).toMatchObject([{ cancelled: 1 }]);
  });

  test("goes on with the next occurrence of its rule, which nags anew", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { cron: "0 1,2 * * *" }, repeat: { every: "PT10M", max: 2 } });
    await rig.clock.advance(HOUR + MINUTE);
    const [first] = await deliveriesOf(rig);
    await rig.engine.acknowledge(TENANT.id, first?.id ?? "");
    await rig.clock.advance(2 * HOUR);
    expect(sentMinutes(rig)).toEqual([60, 120, 130, 140]);
  });

  test("stops on all channels when it is acknowledged on one", async () => {
    const rig = await rigWithAda();
    await rig.accept({ to: { recipient: "rcp_ada" }, repeat: NAG });
    await rig.clock.advance(15 * MINUTE);
    const [one] = (await deliveriesOf(rig)).filter(({ channel }) => channel === "sms");
    expect(await rig.engine.acknowledge(TENANT.id, one?.id ?? "")).toMatchObject({ cancelled: 2 });
    await rig.clock.advance(3 * HOUR);
    expect(minutesOf(rig.channel)).toEqual([1, 11]);
    expect(minutesOf(rig.others.sms as RecordingChannel)).toEqual([1, 11]);
    expect(rig.faults).toEqual([]);
  });

  test("escalates to another recipient and channel from the n-th repeat on, and stops there too", async () => {
    const rig = await rigWithAda();
    const escalation = { after: 2, to: { recipient: "rcp_bob" } };
    await rig.accept({ to: { recipient: "rcp_ada", channels: ["sms"] }, repeat: { ...NAG, escalation } });
    await rig.clock.advance(35 * MINUTE);
    const { sms, mail } = rig.others as Record<"sms" | "mail", RecordingChannel>;
    expect(minutesOf(sms)).toEqual([1, 11, 21, 31]);
    expect(minutesOf(mail)).toEqual([21, 31]);
    expect(mail.sent[0]).toMatchObject({
      userId: "rcp_bob",
      destination: { address: "http://mail.test/bob" },
    });
    const toBob = (await deliveriesOf(rig)).find(({ channel }) => channel === "mail");
    expect(await rig.engine.acknowledge(TENANT.id, toBob?.id ?? "")).toMatchObject({ cancelled: 2 });
    await rig.clock.advance(3 * HOUR);
    expect([minutesOf(sms).length, minutesOf(mail).length]).toEqual([4, 2]);
    expect(rig.faults).toEqual([]);
  });

  test("tries the next channel where one is dead, keeps the reason, and nags by the first again", async () => {
    const rig = await rigWithAda();
    rig.channel.answer = () => ({ kind: "permanent", error: "410 Gone" });
    const to = { recipient: "rcp_ada", channels: ["webhook", "sms"], mode: "first" } as const;
    await rig.accept({ to, repeat: { every: "PT10M", max: 1 } });
    await rig.clock.advance(HOUR);
    expect(minutesOf(rig.channel)).toEqual([1, 11]);
    expect(minutesOf(rig.others.sms as RecordingChannel)).toEqual([1, 11]);
    const stories = (await deliveriesOf(rig)).map(({ channel, kind, state, reason }) => [
      channel,
      kind,
      state,
      reason,
    ]);
    expect(stories).toHaveLength(4);
    expect(stories).toContainEqual(["webhook", "rule", "dead", "410 Gone"]);
    expect(stories).toContainEqual(["sms", "rule", "delivered", "webhook failed: 410 Gone"]);
    expect(rig.faults).toEqual([]);
  });
});

describe("acknowledge()", () => {
  test("does not have what is being sent tried again, and follows it with nothing", async () => {
    const rig = createRig();
    let answer = (): void => {};
    rig.channel.answer = () =>
      new Promise((resolve) => {
        answer = () => resolve({ kind: "retryable", error: "no answer" });
      });
    await rig.engine.start();
    const id = await rig.accept({ repeat: NAG });
    await rig.clock.advance(2 * MINUTE);
    const [sending] = await deliveriesOf(rig);
    const acknowledged = await rig.engine.acknowledge(TENANT.id, sending?.id ?? "");
    expect(acknowledged).toMatchObject({ cancelled: 0, inFlight: [sending?.id] });
    answer();
    await rig.clock.advance(3 * HOUR);
    expect(rig.channel.sent).toHaveLength(1);
    expect(await deliveriesOf(rig)).toMatchObject([
      { state: "cancelled", reason: "acknowledged", attempts: 1 },
    ]);
    expect(await stateOf(rig, id)).toBe("finished");
  });

  test("lets what is being sent arrive, and leaves no trace of a repeat", async () => {
    const rig = createRig();
    let answer = (): void => {};
    rig.channel.answer = () =>
      new Promise((resolve) => {
        answer = () => resolve({ kind: "delivered" });
      });
    await rig.engine.start();
    await rig.accept({ repeat: NAG });
    await rig.clock.advance(2 * MINUTE);
    const [sending] = await deliveriesOf(rig);
    await rig.engine.acknowledge(TENANT.id, sending?.id ?? "");
    answer();
    await rig.clock.advance(HOUR);
    expect(await deliveriesOf(rig)).toMatchObject([{ state: "delivered" }]);
  });

  test("takes back what the worker holds and has not begun to send", async () => {
    const rig = createRig({ lookAheadMs: 2_000 });
    await rig.engine.start();
    await rig.accept({ repeat: NAG });
    await rig.clock.advance(10 * MINUTE + 59_500);
    const [, repeat] = await deliveriesOf(rig);
    expect(repeat?.state).toBe("leased");
    const acknowledged = await rig.engine.acknowledge(TENANT.id, repeat?.id ?? "");
    expect(acknowledged).toMatchObject({ cancelled: 1, inFlight: [] });
    await rig.clock.advance(HOUR);
    expect(sentMinutes(rig)).toEqual([1]);
  });

  test("is for ever: an edit that would ring the occurrence again does not", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { rrule: "FREQ=DAILY", start: "2026-03-01T00:10" } });
    await rig.clock.advance(MINUTE);
    const [waiting] = await deliveriesOf(rig);
    expect(await rig.engine.acknowledge(TENANT.id, waiting?.id ?? "")).toMatchObject({ cancelled: 1 });
    await rig.engine.edit(TENANT, id, {
      schedule: { rrule: "FREQ=DAILY;COUNT=3", start: "2026-03-01T00:10" },
    });
    await rig.clock.advance(26 * HOUR);
    expect(sentMinutes(rig)).toEqual([24 * 60 + 10]);
  });

  test("is null for a delivery that there is not, and for another tenant's", async () => {
    const rig = createRig();
    await rig.accept({});
    const [delivery] = await deliveriesOf(rig);
    expect(await rig.engine.acknowledge(TENANT.id, "dlv_none")).toBeNull();
    expect(await rig.engine.acknowledge("tnt_other", delivery?.id ?? "")).toBeNull();
  });
});

describe("ring() of a snoozed delivery", () => {
  test("acknowledges its occurrence, and nags anew from the snooze on", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ repeat: { every: "PT10M", max: 2 } });
    await rig.clock.advance(5 * MINUTE);
    const [first] = await deliveriesOf(rig);
    const atMs = START + HOUR;
    const request = { deliveryId: first?.id ?? "", kind: "snooze", key: "req_1", atMs } as const;
    const rung = await rig.engine.ring(TENANT, request);
    await rig.clock.advance(3 * HOUR);
    expect(sentMinutes(rig)).toEqual([1, 60, 70, 80]);
    const root = first?.occurrenceId ?? "";
    const [snoozed] = rung.kind === "rung" ? rung.deliveries : [];
    expect((await rig.store.findAcknowledgements(TENANT.id, [root])).get(root)).toEqual({
      deliveryId: first?.id,
      acknowledgedAtMs: START + 5 * MINUTE,
      snoozeId: snoozed?.id,
    });
  });
});

describe("skipFrom()", () => {
  test("leaves out the occurrence of a delivery that waits, and else the next one", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { cron: "*/5 * * * *" } });
    await rig.clock.advance(MINUTE);
    const third = (await deliveriesOf(rig)).find(
      ({ occurrence }) => occurrence.dueMs === START + 15 * MINUTE,
    );
    expect(await rig.engine.skipFrom(TENANT, third?.id ?? "")).toMatchObject({
      kind: "changed",
      skipped: { nominal: third?.occurrence.nominal },
    });
    await rig.clock.advance(5 * MINUTE);
    const first = (await deliveriesOf(rig)).findLast(({ state }) => state === "delivered");
    const next = await rig.engine.skipFrom(TENANT, first?.id ?? "");
    expect(next).toMatchObject({ kind: "changed", skipped: { dueMs: START + 10 * MINUTE } });
    await rig.clock.advance(20 * MINUTE);
    expect(sentMinutes(rig)).toEqual([0, 5, 20, 25]);
    expect(await rig.engine.skipFrom(TENANT, "dlv_none")).toEqual({ kind: "missing" });
  });
});
