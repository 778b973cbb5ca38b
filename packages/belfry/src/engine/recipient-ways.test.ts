import { describe, expect, test } from "vitest";
import { TENANT } from "./engine-fixture.ts";
import { createPeople, STORES } from "./people-fixture.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FIRST = { recipient: "rcp_ada", mode: "first" } as const;

describe.each(STORES)("a reminder to a recipient, on %s,", (kind) => {
  test("goes by every channel that they chose, and no other", async () => {
    await using people = await createPeople(kind);
    const addresses = { email: "mailto:ada", sms: "+1", webhook: "http://ada.test/" };
    await people.put("rcp_ada", { addresses, channels: ["sms", "email"] });
    await people.engine.start();
    await people.accept({});
    await people.clock.advance(2 * MINUTE);
    expect(people.ways().sort()).toEqual(["email mailto:ada", "sms +1"]);
    expect(people.sent.map(({ message }) => message.userId)).toEqual(["rcp_ada", "rcp_ada"]);
  });

  test("in turn goes by the next channel when one is dead, and tells why", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada", { channels: ["email", "webhook", "sms"] });
    await people.engine.start();
    people.answer = ({ channel }) =>
      channel === "email" ? { kind: "permanent", error: "unknown mailbox" } : { kind: "delivered" };
    const id = await people.accept({ to: FIRST });
    await people.clock.advance(2 * MINUTE);
    expect(people.ways()).toEqual(["email mailto:ada", "sms +1"]);
    const { items } = await people.store.listDeliveries({
      tenantId: TENANT.id,
      limit: 10,
      after: undefined,
      reminderId: id,
      state: undefined,
    });
    const told = items.map(({ channel, state, reason }) => [channel, state, reason]).sort();
    expect(told).toEqual([
      ["email", "dead", "unknown mailbox"],
      ["sms", "delivered", "webhook failed: the recipient has no address for webhook"],
      ["webhook", "dead", "the recipient has no address for webhook"],
    ]);
    expect((await people.store.findReminder(TENANT.id, id))?.reminder.state).toBe("finished");
  });

  test("in turn tries no other channel once one has delivered it", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    await people.engine.start();
    await people.accept({ to: { ...FIRST, channels: ["sms", "email"] } });
    await people.clock.advance(HOUR);
    expect(people.ways()).toEqual(["sms +1"]);
  });

  test("reads the address when it is sent", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada", { channels: ["email"] });
    await people.engine.start();
    await people.accept({ schedule: { in: "PT10M" } });
    await people.change("rcp_ada", { addresses: { email: "mailto:new" } });
    await people.clock.advance(HOUR);
    expect(people.ways()).toEqual(["email mailto:new"]);
  });

  test("is dead, and says so, when they have no address any more", async () => {
    await using people = await createPeople(kind);
    await people.put("rcp_ada");
    await people.engine.start();
    const id = await people.accept({ schedule: { in: "PT10M" } });
    await people.change("rcp_ada", { addresses: {} });
    await people.clock.advance(HOUR);
    const page = { tenantId: TENANT.id, limit: 10, after: undefined, reminderId: id };
    const { items } = await people.store.listDeliveries({ ...page, state: "dead" });
    expect(items.map(({ reason }) => reason)).toEqual(["the recipient has no address on any channel"]);
    expect(people.ways()).toEqual([]);
  });
});

describe("what a reminder says to a recipient", () => {
  test("is filled in from what they are when it is sent", async () => {
    await using people = await createPeople();
    await people.put("rcp_ada", { channels: ["email"], timeZone: "Asia/Tokyo" });
    await people.engine.start();
    const text = "{{ recipient.firstName }}: {{ occurrence.local }}, no. {{ occurrence.number }}";
    await people.accept({ schedule: { cron: "0 9 * * *" }, content: { text } });
    await people.clock.advance(HOUR);
    await people.change("rcp_ada", { firstName: "Grace" });
    await people.clock.advance(24 * HOUR);
    expect(people.sent.map((one) => one.text)).toEqual([
      "Ada: 2026-03-01T09:00, no. 1",
      "Grace: 2026-03-02T09:00, no. 2",
    ]);
  });

  test("is in the variant of their locale, else of its language, else as it is", async () => {
    await using people = await createPeople();
    await people.engine.start();
    const content = { text: "hello", locales: { de: { text: "hallo" }, "de-AT": { text: "servus" } } };
    for (const [id, locale] of [
      ["rcp_1", "de-AT"],
      ["rcp_2", "de-CH"],
      ["rcp_3", "fr"],
      ["rcp_4", null],
    ] as const) {
      await people.put(id, { locale, channels: ["email"] });
      await people.accept({ to: { recipient: id }, content });
      await people.clock.advance(2 * MINUTE);
    }
    expect(people.sent.map(({ text }) => text)).toEqual(["servus", "hallo", "hello", "hello"]);
  });

  test("is a dead letter with the error if it cannot be filled in", async () => {
    await using people = await createPeople();
    await people.put("rcp_ada", { channels: ["email"], attributes: { list: [1] } });
    await people.engine.start();
    const text = "{% for n in (1..100000000) %}{{ n }}{% endfor %}";
    const id = await people.accept({ content: { text } });
    await people.clock.advance(HOUR);
    const page = { tenantId: TENANT.id, limit: 10, after: undefined, reminderId: id };
    const { items } = await people.store.listDeliveries({ ...page, state: "dead" });
    expect(items.map(({ reason }) => reason)).toEqual([expect.stringMatching(/limit/)]);
    expect(items[0]?.story).toHaveLength(1);
    expect(people.sent).toEqual([]);
  });
});
