import { describe, expect, test } from "vitest";
import type { Delivery } from "../domain/delivery.ts";
import { START, TENANT } from "./engine-fixture.ts";
import { createPeople, type People, STORES } from "./people-fixture.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NIGHT = { from: "22:00", to: "07:00" };

async function deliveriesOf({ store }: People): Promise<Delivery[]> {
  const page = { tenantId: TENANT.id, limit: 100, after: undefined };
  const { items } = await store.listDeliveries({ ...page, reminderId: undefined, state: undefined });
  return items.reverse();
}

/** An engine that runs, and Ada, who is not to be disturbed at night. */
async function atNight(profile: Parameters<People["put"]>[1] = {}, kind: (typeof STORES)[number] = "sqlite") {
  // Few passes over the days that go by.
  const people = await createPeople(kind, { tickMs: HOUR, nearWindowMs: 2 * HOUR });
  await people.put("rcp_ada", { addresses: { sms: "+1" }, quietHours: NIGHT, ...profile });
  await people.engine.start();
  return people;
}

describe.each(STORES)("quiet hours, on %s,", (kind) => {
  test("hold a delivery back until they end, and it says so", async () => {
    await using people = await atNight({}, kind);
    await people.accept({ schedule: { at: "2026-03-01T23:30" } });
    await people.clock.advance(DAY);
    expect(await deliveriesOf(people)).toMatchObject([{ state: "scheduled", attempts: 0, story: [] }]);
    expect(await deliveriesOf(people)).toMatchObject([
      { reason: "held back by quiet hours until 2026-03-02T07:00:00Z" },
    ]);
    await people.clock.advance(6 * HOUR + 59 * MINUTE);
    expect(people.times()).toEqual([]);
    await people.clock.advance(MINUTE);
    expect(people.times()).toEqual(["2026-03-02T07:00"]);
    const [sent] = await deliveriesOf(people);
    const reason = "held back by quiet hours until 2026-03-02T07:00:00Z";
    expect(sent).toMatchObject({ state: "delivered", reason, attempts: 0 });
    expect(sent?.occurrence.dueMs).toBe(START + 23.5 * HOUR);
    expect(people.faults).toEqual([]);
  });

  test("begin and end with the recipient: one who moves while a delivery is held back", async () => {
    await using people = await atNight({ timeZone: "Europe/Berlin" }, kind);
    await people.accept({ schedule: { at: "2026-03-01T22:30:00Z" } });
    await people.clock.advance(DAY);
    // 07:00 in Berlin is 06:00 UTC.
    expect((await deliveriesOf(people))[0]?.sendAtMs).toBe(START + DAY + 6 * HOUR);
    // There it is 19:00 the evening before: it goes out at once.
    await people.change("rcp_ada", { timeZone: "America/New_York" });
    await people.engine.inStep();
    await people.clock.advance(MINUTE);
    expect(people.times()).toEqual(["2026-03-02T00:00"]);
    expect(people.faults).toEqual([]);
  });
});

describe("quiet hours", () => {
  test("let pass what is urgent, what was snoozed to then, and what goes to no recipient", async () => {
    await using people = await atNight();
    await people.accept({ schedule: { at: "2026-03-01T23:00" }, urgent: true, content: { text: "urgent" } });
    const to = { channel: "webhook", address: "http://one.test/" };
    await people.accept({ schedule: { at: "2026-03-01T23:10" }, to, content: { text: "address" } });
    const id = await people.accept({ schedule: { at: "2026-03-01T12:00" }, content: { text: "snoozed" } });
    await people.clock.advance(13 * HOUR);
    const atMs = START + 23 * HOUR + 20 * MINUTE;
    await people.engine.ring(TENANT, { reminderId: id, kind: "snooze", key: "req_1", atMs });
    await people.clock.advance(DAY - 13 * HOUR);
    expect(people.sent.map(({ text, at }) => [text, at.slice(11)])).toEqual([
      ["snoozed", "12:00"],
      ["urgent", "23:00"],
      ["address", "23:10"],
      ["snoozed", "23:20"],
    ]);
  });

  test("hold back what is triggered, retried and repeated, each until they end", async () => {
    await using people = await atNight();
    people.answer = ({ at }) =>
      at < "2026-03-02"
        ? { kind: "retryable", error: "no answer", retryAfterMs: 5 * MINUTE }
        : { kind: "delivered" };
    const repeat = { every: "PT10M", max: 1 };
    const id = await people.accept({
      schedule: { at: "2026-03-01T21:58" },
      repeat,
      content: { text: "nag" },
    });
    await people.clock.advance(23 * HOUR);
    expect(await deliveriesOf(people)).toMatchObject([
      { state: "retrying", attempts: 1, sendAtMs: START + DAY + 7 * HOUR },
    ]);
    await people.engine.ring(TENANT, { reminderId: id, kind: "trigger", key: "req_1", atMs: null });
    await people.clock.advance(DAY);
    expect(people.times().sort()).toEqual([
      "2026-03-01T21:58",
      "2026-03-02T07:00",
      "2026-03-02T07:00",
      "2026-03-02T07:10",
      "2026-03-02T07:10",
    ]);
  });

  test("expire what is no longer useful at their end, with the reason, at once", async () => {
    await using people = await atNight();
    await people.accept({
      schedule: { at: "2026-03-01T23:30" },
      usefulFor: "PT7H30M",
      content: { text: "just" },
    });
    await people.accept({ schedule: { at: "2026-03-01T23:31" }, usefulFor: "PT7H28M59S" });
    await people.clock.advance(DAY);
    expect((await deliveriesOf(people)).map(({ state, reason }) => [state, reason])).toEqual([
      ["scheduled", "held back by quiet hours until 2026-03-02T07:00:00Z"],
      ["expired", "no longer useful at the end of the quiet hours, at 2026-03-02T07:00:00Z"],
    ]);
    await people.clock.advance(DAY);
    expect(people.sent.map(({ text, at }) => [text, at])).toEqual([["just", "2026-03-02T07:00"]]);
  });

  test.each([
    // Clocks go forward at 02:00 and back at 03:00: the nights are an hour shorter and longer.
    ["2026-03-28T23:30", "2026-03-29T05:00"],
    ["2026-10-24T23:30", "2026-10-25T06:00"],
  ])("end by the recipient's own clocks in the night of a change: due %s, sent %s UTC", async (due, sent) => {
    await using people = await atNight({ timeZone: "Europe/Berlin" });
    people.clock.jump(Date.parse(`${due}Z`) - START - 4 * HOUR);
    await people.accept({ schedule: { at: due } });
    await people.clock.advance(12 * HOUR);
    expect(people.times()).toEqual([sent]);
  });

  test("hold on the days alone on which they begin, over midnight", async () => {
    // 2026-03-01 is a Sunday.
    await using people = await atNight({ quietHours: { ...NIGHT, days: [7] } });
    for (const at of ["2026-03-01T23:00", "2026-03-02T06:00", "2026-03-02T23:00", "2026-03-03T06:00"])
      await people.accept({ schedule: { at } });
    await people.clock.advance(3 * DAY);
    expect(people.times()).toEqual([
      "2026-03-02T07:00",
      "2026-03-02T07:00",
      "2026-03-02T23:00",
      "2026-03-03T06:00",
    ]);
  });

  test("that are taken away, or moved, let go what they held back, and hold back what they now hold", async () => {
    await using people = await atNight();
    await people.accept({ schedule: { at: "2026-03-01T22:30" } });
    await people.clock.advance(22 * HOUR + 40 * MINUTE);
    await people.change("rcp_ada", { quietHours: { from: "21:00", to: "23:00" } });
    await people.engine.inStep();
    await people.clock.advance(MINUTE);
    expect(people.times()).toEqual([]);
    await people.clock.advance(HOUR);
    expect(people.times()).toEqual(["2026-03-01T23:00"]);
    await people.accept({ schedule: { at: "2026-03-02T22:00" } });
    await people.clock.advance(DAY - HOUR);
    await people.change("rcp_ada", { quietHours: null });
    await people.engine.inStep();
    await people.clock.advance(MINUTE);
    expect(people.times()).toHaveLength(2);
    expect(people.faults).toEqual([]);
  });

  test("of someone who moves on while it is still night for them hold it back until they end there", async () => {
    await using people = await atNight({ timeZone: "Europe/Berlin" });
    await people.accept({ schedule: { at: "2026-03-01T22:30:00Z" } });
    await people.clock.advance(DAY);
    await people.change("rcp_ada", { timeZone: "Europe/Lisbon" });
    await people.engine.inStep();
    await people.clock.advance(DAY);
    expect(people.times()).toEqual(["2026-03-02T07:00"]);
  });

  test("let a floating rule's occurrence move with its recipient, and hold it back where it falls", async () => {
    await using people = await atNight({
      timeZone: "Europe/Berlin",
      quietHours: { from: "08:00", to: "10:00" },
    });
    await people.accept({ schedule: { cron: "0 9 * * *" } });
    await people.clock.advance(8 * HOUR + 30 * MINUTE);
    expect(people.times()).toEqual([]);
    await people.change("rcp_ada", { timeZone: "Europe/Lisbon" });
    await people.engine.inStep();
    await people.clock.advance(3 * HOUR);
    expect(people.times()).toEqual(["2026-03-01T10:00"]);
  });
});
