import { describe, expect, test } from "vitest";
import { seededRandom } from "../../test/faults/seeded-random.ts";
import type { RecipientProfile } from "../domain/recipient.ts";
import { TENANT } from "./engine-fixture.ts";
import { createPeople, type People, STORES } from "./people-fixture.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TO_ADA = { recipient: "rcp_ada", channels: ["email"] } as const;
const DAILY = { schedule: { cron: "0 9 * * *" }, to: TO_ADA };
const BIRTHDAY = {
  schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } },
  to: TO_ADA,
};
/** Years go by in few steps. */
const COARSE = { tickMs: 6 * HOUR, nearWindowMs: 12 * HOUR, retentionMs: 3_660 * DAY };

/** Moves on to an instant, in UTC. */
async function until(people: People, instant: string): Promise<void> {
  await people.clock.advance(Date.parse(`${instant}Z`) - people.clock.now());
}

async function changeAt(people: People, instant: string, profile: Partial<RecipientProfile>): Promise<void> {
  await until(people, instant);
  await people.change("rcp_ada", profile);
  await people.engine.inStep();
}

describe.each(STORES)("someone who moves to another zone, on %s,", (kind) => {
  test("is not sent again there what was sent here", async () => {
    await using people = await createPeople(kind, COARSE);
    await people.put("rcp_ada", { timeZone: "Pacific/Auckland" });
    await people.engine.start();
    await people.accept(DAILY);
    await changeAt(people, "2026-03-01T21:00", { timeZone: "America/New_York" });
    await until(people, "2026-03-04T00:00");
    // The second of March was sent in Auckland.
    expect(people.times()).toEqual(["2026-03-01T20:00", "2026-03-03T14:00"]);
  });

  test("is sent at once what the move would skip, and nothing twice", async () => {
    await using people = await createPeople(kind, COARSE);
    await people.put("rcp_ada", {
      timeZone: "America/Los_Angeles",
      dates: { birthday: "1990-03-01" },
    });
    await people.engine.start();
    const id = await people.accept(BIRTHDAY);
    await changeAt(people, "2026-03-01T12:00", { timeZone: "Asia/Tokyo" });
    await until(people, "2026-03-03T00:00");
    expect(people.times()).toEqual(["2026-03-01T12:00"]);
    const next = (await people.store.findReminder(TENANT.id, id))?.reminder.next;
    expect(next).toMatchObject({ key: "2027", nominal: "2027-03-01T09:00" });
  });
});

describe("someone whose zone changes", () => {
  test("keeps what does not float", async () => {
    await using people = await createPeople();
    await people.put("rcp_ada");
    await people.engine.start();
    await people.accept({ schedule: { cron: "0 9 * * *", timeZone: "UTC" }, to: TO_ADA });
    await people.accept({ schedule: { every: "PT12H" }, to: TO_ADA });
    await changeAt(people, "2026-03-01T06:00", { timeZone: "Asia/Tokyo" });
    await until(people, "2026-03-02T01:00");
    expect(people.times()).toEqual(["2026-03-01T09:00", "2026-03-01T12:00", "2026-03-02T00:00"]);
  });

  test("moves what waits ahead of its instant to where it belongs now", async () => {
    await using people = await createPeople("sqlite", COARSE);
    await people.put("rcp_ada");
    await people.engine.start();
    await people.accept(DAILY);
    await changeAt(people, "2026-03-01T08:00", { timeZone: "America/New_York" });
    await until(people, "2026-03-02T00:00");
    expect(people.times()).toEqual(["2026-03-01T14:00"]);
  });

  test("that was changed back is as it was", async () => {
    await using people = await createPeople("sqlite", COARSE);
    await people.put("rcp_ada");
    await people.engine.start();
    await people.accept(DAILY);
    await changeAt(people, "2026-03-01T08:00", { timeZone: "America/New_York" });
    await changeAt(people, "2026-03-01T08:30", { timeZone: "UTC" });
    await until(people, "2026-03-02T10:00");
    expect(people.times()).toEqual(["2026-03-01T09:00", "2026-03-02T09:00"]);
  });
});

describe("someone whose birthday changes", () => {
  async function withBirthday(birthday: string): Promise<People> {
    const people = await createPeople("sqlite", COARSE);
    await people.put("rcp_ada", { dates: { birthday } });
    await people.engine.start();
    await people.accept(BIRTHDAY);
    return people;
  }

  test("is not congratulated again in a year in which they were", async () => {
    await using people = await withBirthday("1990-03-02");
    await changeAt(people, "2026-03-05T00:00", { dates: { birthday: "1990-03-10" } });
    await until(people, "2027-04-01T00:00");
    expect(people.times()).toEqual(["2026-03-02T09:00", "2027-03-10T09:00"]);
  });

  test("is congratulated at once if the new date has gone by this year", async () => {
    await using people = await withBirthday("1990-03-20");
    await changeAt(people, "2026-03-10T12:00", { dates: { birthday: "1990-03-05" } });
    await until(people, "2027-04-01T00:00");
    expect(people.times()).toEqual(["2026-03-10T12:00", "2027-03-05T09:00"]);
  });

  test("is congratulated this year if only the wrong date had gone by", async () => {
    await using people = await withBirthday("1990-02-20");
    await changeAt(people, "2026-03-02T12:00", { dates: { birthday: "1990-03-20" } });
    await until(people, "2027-04-01T00:00");
    expect(people.times()).toEqual(["2026-03-20T09:00", "2027-03-20T09:00"]);
  });

  test("has nothing to come while the date is not known, nor once they are deleted", async () => {
    await using people = await createPeople("sqlite", COARSE);
    await people.put("rcp_ada", { dates: { birthday: "1990-03-20" } });
    await people.engine.start();
    const id = await people.accept(BIRTHDAY);
    expect(await people.engine.occurrences(TENANT.id, id, 2)).toHaveLength(2);
    await changeAt(people, "2026-03-10T00:00", { dates: {} });
    expect(await people.engine.occurrences(TENANT.id, id, 2)).toEqual([]);
    await people.engine.deleteRecipient(TENANT, "rcp_ada");
    await people.engine.inStep();
    expect(await people.engine.occurrences(TENANT.id, id, 2)).toEqual([]);
    expect(people.faults).toEqual([]);
  });

  test("waits while the date is not known, and goes on once it is", async () => {
    await using people = await withBirthday("1990-03-20");
    await changeAt(people, "2026-03-10T00:00", { dates: {} });
    await until(people, "2026-03-25T00:00");
    expect(people.times()).toEqual([]);
    await changeAt(people, "2026-03-26T00:00", { dates: { birthday: "1990-04-02" } });
    await until(people, "2027-04-10T00:00");
    expect(people.times()).toEqual(["2026-04-02T09:00", "2027-04-02T09:00"]);
  });

  test.each([
    ["a pause", (people: People, id: string) => people.engine.pause(TENANT, id), []],
    ["a resume", (people: People, id: string) => people.engine.resume(TENANT, id), ["2026-04-02T09:00"]],
    [
      "an edit",
      (people: People, id: string) => people.engine.edit(TENANT, id, { content: { text: "dear" } }),
      ["2026-04-02T09:00"],
    ],
  ] as const)("waits on through %s while the date is not known", async (_, act, sent) => {
    await using people = await createPeople("sqlite", COARSE);
    await people.put("rcp_ada", { dates: { birthday: "1990-03-20" } });
    await people.engine.start();
    const id = await people.accept(BIRTHDAY);
    await changeAt(people, "2026-03-10T00:00", { dates: {} });
    await act(people, id);
    await until(people, "2026-03-25T00:00");
    expect(people.times()).toEqual([]);
    await changeAt(people, "2026-03-26T00:00", { dates: { birthday: "1990-04-02" } });
    await until(people, "2026-04-10T00:00");
    expect(people.times()).toEqual(sent);
    expect(people.faults).toEqual([]);
  });

  test("is congratulated once in every year, or told why not, whatever is changed when", async () => {
    const random = seededRandom();
    await using people = await withBirthday("1990-06-15");
    const zones = ["UTC", "Pacific/Auckland", "America/New_York", "Asia/Kolkata", "Pacific/Pago_Pago"];
    const two = (n: number): string => String(n).padStart(2, "0");
    while (people.clock.now() < Date.UTC(2029, 0, 1)) {
      await people.clock.advance(random.between(1, 60) * DAY + random.between(0, 24) * HOUR);
      const birthday = `1990-${two(random.between(1, 13))}-${two(random.between(1, 29))}`;
      const zone = { timeZone: zones[random.between(0, zones.length)] ?? "UTC" };
      const profile = random.between(0, 2) === 0 ? zone : { ...zone, dates: { birthday } };
      await people.change("rcp_ada", profile);
      if (random.between(0, 2) === 0) await people.engine.inStep();
    }
    await people.engine.inStep();
    await until(people, "2030-06-01T00:00");
    const page = { tenantId: TENANT.id, limit: 100, after: undefined, reminderId: undefined };
    const { items } = await people.store.listDeliveries({ ...page, state: undefined });
    const years = items.map(({ occurrence }) => occurrence.key).sort();
    expect(new Set(years).size, `seed ${random.seed}`).toBe(years.length);
    // In the first one their day may have been before anybody knew of it.
    const others = years.filter((year) => year !== "2026");
    expect(others, `seed ${random.seed}`).toEqual(["2027", "2028", "2029", "2030"].slice(0, others.length));
    expect(others.length).toBeGreaterThan(2);
    // A date that is corrected to one of long ago is told of as too late, and not sent.
    const unsent = items.filter(({ state }) => state !== "delivered");
    const told = unsent.filter(
      ({ state, reason }) => state === "expired" && reason?.startsWith("no longer useful"),
    );
    expect(told).toEqual(unsent);
    expect(people.sent).toHaveLength(items.length - unsent.length);
    expect(people.faults).toEqual([]);
  }, 60_000);
});
