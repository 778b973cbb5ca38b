import { describe, expect, test } from "vitest";
import type { Delivery } from "../domain/delivery.ts";
import { changed, TENANT } from "./engine-fixture.ts";
import { createPeople, type People, STORES } from "./people-fixture.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BY_MAIL = { recipient: "rcp_ada", channels: ["email"] } as const;

/** Accepts what is due in ten minutes, and goes on to where a worker holds it and has not begun to send. */
async function heldByWorker(people: People): Promise<string> {
  const id = await people.accept({ schedule: { in: "PT10M" }, to: BY_MAIL });
  await people.clock.advance(10 * MINUTE - 500);
  expect((await openOf(people, id)).map(({ state }) => state)).toEqual(["leased"]);
  return id;
}

function openOf({ store }: People, id: string): Promise<Delivery[]> {
  return store.findOpenDeliveries(TENANT.id, id);
}

async function onlyDelivery({ store }: People, reminderId: string): Promise<Delivery | undefined> {
  const page = { tenantId: TENANT.id, limit: 10, after: undefined, state: undefined };
  const { items } = await store.listDeliveries({ ...page, reminderId });
  expect(items).toHaveLength(1);
  return items[0];
}

describe.each(STORES)("a change of a recipient, on %s,", (kind) => {
  test("reaches what a worker holds already", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    await people.engine.start();
    await heldByWorker(people);
    await people.change("rcp_ada", { addresses: { email: "mailto:new" } });
    await people.clock.advance(MINUTE);
    expect(people.ways()).toEqual(["email mailto:new"]);
    expect(people.faults).toEqual([]);
  });

  test("reaches what a worker holds while another process has followed it", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    await people.engine.start();
    await heldByWorker(people);
    await people.change("rcp_ada", { addresses: { email: "mailto:new" } });
    await people.another().inStep();
    await people.clock.advance(MINUTE);
    expect(people.ways()).toEqual(["email mailto:new"]);
    expect(people.faults).toEqual([]);
  });

  test("takes what waits and what is held along to their new zone", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    await people.engine.start();
    await people.accept({ schedule: { at: "2026-03-01T00:10" }, to: BY_MAIL });
    await people.clock.advance(10 * MINUTE - 500);
    await people.change("rcp_ada", { timeZone: "Atlantic/Azores" });
    await people.clock.advance(2 * HOUR);
    expect(people.times()).toEqual(["2026-03-01T01:10"]);
  });

  test("reaches what was rung by hand with what they had been", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    await people.engine.start();
    const id = await people.accept({ schedule: { in: "PT5M" }, to: BY_MAIL });
    const [planned] = await openOf(people, id);
    await people.change("rcp_ada", { timeZone: "Asia/Tokyo" });
    await people.engine.inStep();
    const byHand = { id: "dlv_hand", occurrenceId: "occ_hand", kind: "trigger", recipientEpoch: 0 } as const;
    const deliveries = [{ ...(planned as Delivery), ...byHand }];
    const nowMs = people.clock.now();
    await people.store.ring({ tenantId: TENANT.id, reminderId: id, deliveries, nowMs });
    await people.clock.advance(HOUR);
    expect(people.ways()).toEqual(["email mailto:ada", "email mailto:ada"]);
  });

  test("leaves what was snoozed of a reminder that has finished", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    await people.engine.start();
    const id = await people.accept({ to: BY_MAIL });
    await people.clock.advance(2 * MINUTE);
    const atMs = people.clock.now() + HOUR;
    await people.engine.ring(TENANT, { reminderId: id, kind: "snooze", key: "k", atMs });
    await people.change("rcp_ada", { addresses: { email: "mailto:new" }, timeZone: "Asia/Tokyo" });
    await people.clock.advance(2 * HOUR);
    expect(people.ways()).toEqual(["email mailto:ada", "email mailto:new"]);
    expect((await people.store.findReminder(TENANT.id, id))?.reminder.state).toBe("finished");
  });
});

describe.each(STORES)("a recipient who is deleted, on %s,", (kind) => {
  test("is sent nothing that waits, and is taken out of the history", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada", { dates: { birthday: "1990-03-02" } });
    await people.engine.start();
    const yearly = { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } };
    const later = await people.accept({ schedule: yearly, to: BY_MAIL, metadata: { who: "Ada" } });
    const soon = await people.accept({ schedule: { in: "PT10M" }, to: BY_MAIL });
    const sent = await people.accept({ to: BY_MAIL, content: { text: "Dear Ada" } });
    await people.clock.advance(2 * MINUTE);
    await people.remove("rcp_ada");
    await people.engine.inStep();
    await people.clock.advance(HOUR);
    expect(people.times()).toEqual(["2026-03-01T00:01"]);
    for (const id of [later, soon, sent]) {
      const reminder = (await people.store.findReminder(TENANT.id, id))?.reminder;
      expect(reminder?.state).toBe(id === sent ? "finished" : "cancelled");
      expect(JSON.stringify(reminder)).not.toMatch(/Ada|1990/);
    }
    expect(await onlyDelivery(people, sent)).toMatchObject({ state: "delivered", recipientId: null });
    expect(await people.store.listRecipientChanges(10)).toEqual([]);
  });

  test("is sent nothing that a worker holds already", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    await people.engine.start();
    const id = await heldByWorker(people);
    await people.remove("rcp_ada");
    await people.clock.advance(HOUR);
    expect(people.sent).toEqual([]);
    const reminder = (await people.store.findReminder(TENANT.id, id))?.reminder;
    expect(reminder).toMatchObject({ state: "cancelled", recipientId: null });
    expect(await onlyDelivery(people, id)).toMatchObject({ state: "cancelled", recipientId: null });
  });

  test("is taken out of what was on its way, once that has ended", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    let end = (): void => {};
    people.answer = () =>
      new Promise((resolve) => {
        end = () => resolve({ kind: "permanent", error: "ada is unknown" });
      });
    await people.engine.start();
    const id = await people.accept({ to: BY_MAIL });
    await people.clock.advance(2 * MINUTE);
    await people.remove("rcp_ada");
    await people.engine.inStep();
    end();
    await people.clock.advance(20 * MINUTE);
    const delivery = await onlyDelivery(people, id);
    expect(delivery).toMatchObject({ state: "dead", recipientId: null, reason: "erased with its recipient" });
    expect(JSON.stringify(delivery)).not.toContain("ada is");
    expect(await people.store.listRecipientChanges(10)).toEqual([]);
  });
});

describe.each(STORES)("a delivery by one channel after the other, on %s,", (kind) => {
  const IN_TURN = { recipient: "rcp_ada", mode: "first" } as const;

  test("goes on with the next one after a change of its reminder while it was sent", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    let fail = (): void => {};
    people.answer = ({ channel }) =>
      channel === "sms"
        ? { kind: "delivered" }
        : new Promise((resolve) => {
            fail = () => resolve({ kind: "permanent", error: "refused" });
          });
    await people.engine.start();
    const id = await people.accept({ to: IN_TURN });
    await people.clock.advance(2 * MINUTE);
    const edited = await people.engine.edit(TENANT, id, { content: { text: "other" } });
    expect(changed(edited).inFlight).toHaveLength(1);
    fail();
    await people.clock.advance(2 * MINUTE);
    expect(people.sent.map(({ channel, text }) => [channel, text])).toEqual([
      ["email", "hi"],
      ["sms", "other"],
    ]);
  });

  test("goes by a channel that came instead of the one it waits for", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada", { channels: ["email", "sms"] });
    people.answer = ({ channel }) => {
      if (channel === "email") return { kind: "permanent", error: "refused" };
      return channel === "sms" ? { kind: "retryable", error: "busy" } : { kind: "delivered" };
    };
    await people.engine.start();
    await people.accept({ to: IN_TURN, retry: { initial: "PT30M" } });
    await people.clock.advance(2 * MINUTE);
    const addresses = { email: "mailto:ada", webhook: "http://ada.test/" };
    await people.change("rcp_ada", { channels: ["email", "webhook"], addresses });
    await people.clock.advance(2 * HOUR);
    expect(people.ways()).toEqual(["email mailto:ada", "sms +1", "webhook http://ada.test/"]);
  });

  test("falls back to the channels that they have by then", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada", { channels: ["email", "sms"] });
    people.answer = ({ channel }) =>
      channel === "email" ? { kind: "permanent", error: "refused" } : { kind: "delivered" };
    await people.engine.start();
    await people.accept({ schedule: { in: "PT10M" }, to: IN_TURN });
    const addresses = { email: "mailto:ada", webhook: "http://ada.test/" };
    await people.change("rcp_ada", { channels: ["email", "webhook"], addresses });
    await people.clock.advance(HOUR);
    expect(people.ways()).toEqual(["email mailto:ada", "webhook http://ada.test/"]);
  });
});

describe("what was rung by hand", () => {
  test("goes by no channel twice when one of its channels is gone", async () => {
    await using people = await createPeople();
    await people.put("rcp_ada");
    await people.engine.start();
    const id = await people.accept({ schedule: { cron: "0 9 * * *" } });
    const atMs = people.clock.now() + 10 * MINUTE;
    await people.engine.ring(TENANT, { reminderId: id, kind: "snooze", key: "k", atMs });
    await people.change("rcp_ada", { addresses: { email: "mailto:ada" } });
    await people.clock.advance(HOUR);
    expect(people.ways()).toEqual(["email mailto:ada"]);
  });
});
