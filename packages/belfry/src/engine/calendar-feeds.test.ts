import { describe, expect, test } from "vitest";
import { MOST_FEEDS } from "../domain/calendar-feed.ts";
import type { CampaignRequest } from "./campaigns.ts";
import { START, TENANT } from "./engine-fixture.ts";
import { createPeople, type People, STORES } from "./people-fixture.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OTHER = { id: "tnt_other", timeZone: "UTC" };
/** Passes enough for what rings once a day. */
const HOURLY = { tickMs: HOUR, nearWindowMs: 2 * HOUR };

async function peopleWithAda(kind: (typeof STORES)[number] = "sqlite"): Promise<People> {
  const people = await createPeople(kind, HOURLY);
  await people.put("rcp_ada", { timeZone: "Europe/Paris", locale: "fr", firstName: "Ada" });
  return people;
}

/** The calendar at an address that is made for it. */
async function entriesOf({ engine }: People, owner = "rcp_ada") {
  const tokenHash = `hash ${owner} ${Math.floor(entryReads++)}`;
  await engine.createCalendarFeed(TENANT, { owner, tokenHash });
  const calendar = await engine.readCalendar(tokenHash);
  return calendar?.entries ?? [];
}
let entryReads = 0;

async function lines(people: People): Promise<string[]> {
  return (await entriesOf(people)).map(({ title, when }) => {
    const start = when.kind === "timed" ? new Date(when.startMs).toISOString().slice(0, 16) : when.startDate;
    return `${start} ${title}`;
  });
}

describe.each(STORES)("readCalendar() on %s", (kind) => {
  test("holds what will be sent, filled in, and the recipient's own events, soonest first", async () => {
    await using people = await peopleWithAda(kind);
    const { engine } = people;
    await people.put("rcp_bob");
    const to = { recipient: "rcp_ada" };
    const content = {
      title: "Pills no. {{ occurrence.number }}",
      text: "Take one, {{ recipient.firstName }}, at {{ occurrence.time }}",
      locales: {
        fr: { title: "Pilule n° {{ occurrence.number }}", text: "Prenez-en une à {{ occurrence.time }}" },
      },
    };
    await people.accept({ schedule: { cron: "0 9 * * *", count: 3 }, to, content });
    await people.accept({
      schedule: { at: "2026-03-02T10:00" },
      to: { recipient: "rcp_bob" },
      content: { text: "Bob's" },
    });
    await engine.createCalendarEvent(TENANT, {
      owner: "rcp_ada",
      uid: "u-1",
      title: "Dentist",
      description: "Room 5",
      start: "2026-03-02T14:00",
      end: "2026-03-02T15:00",
    });
    await engine.createCalendarEvent(TENANT, { owner: "rcp_ada", title: "Holiday", start: "2026-03-02" });
    await engine.createCalendarEvent(TENANT, { owner: "rcp_bob", title: "Bob's", start: "2026-03-02" });
    const entries = await entriesOf(people);
    expect(entries.map(({ title }) => title)).toEqual([
      "Pilule n° 1",
      "Holiday",
      "Pilule n° 2",
      "Dentist",
      "Pilule n° 3",
    ]);
    const startMs = Date.UTC(2026, 2, 1, 8);
    expect(entries[0]).toEqual({
      uid: expect.stringMatching(/^occ_/),
      stampMs: START,
      title: "Pilule n° 1",
      description: "Prenez-en une à 09:00",
      when: { kind: "timed", startMs, endMs: startMs },
      isBusy: false,
    });
    expect(entries[3]).toMatchObject({ uid: "u-1", description: "Room 5", isBusy: true });
    expect(entries[1]).toMatchObject({ uid: expect.stringMatching(/^evt_/), isBusy: false });
  });

  test("names an occurrence alike before and after it has become deliveries, once for all its ways", async () => {
    await using people = await peopleWithAda(kind);
    await people.accept({ schedule: { cron: "0 9 * * *" }, content: { text: "Ring" } });
    const before = await entriesOf(people);
    await people.engine.start();
    await people.clock.advance(7 * HOUR);
    const waiting = await entriesOf(people);
    expect(waiting[0]).toEqual({ ...before[0], stampMs: expect.any(Number) });
    expect(waiting.map(({ uid }) => uid)).toEqual(before.map(({ uid }) => uid));
    await people.clock.advance(2 * HOUR);
    expect(people.sent.map(({ channel }) => channel).sort()).toEqual(["email", "sms"]);
    expect((await entriesOf(people))[0]).toMatchObject({ uid: before[1]?.uid });
  });
});

describe("readCalendar()", () => {
  const BIRTHDAY: CampaignRequest = {
    name: "Birthdays",
    schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } },
    content: { text: "Happy birthday, {{ recipient.fullName }}\nThe team" },
  };

  test("holds what a campaign sends, as it is now, unless it is paused, stopped or a digest", async () => {
    await using people = await peopleWithAda();
    await people.change("rcp_ada", { dates: { birthday: "1990-05-04" } });
    const { engine } = people;
    const { id } = await engine.createCampaign(TENANT, BIRTHDAY);
    await engine.createCampaign(TENANT, {
      ...BIRTHDAY,
      name: "Agenda",
      schedule: { cron: "0 8 * * *" },
      eventsWithin: "P1D",
    });
    await engine.inStep();
    expect(await lines(people)).toEqual(["2026-05-04T07:00 Happy birthday, Ada"]);
    await engine.editCampaign(TENANT, id, { content: { text: "Joyeux anniversaire" } });
    expect(await lines(people)).toEqual(["2026-05-04T07:00 Joyeux anniversaire"]);
    await engine.pauseCampaign(TENANT, id);
    expect(await lines(people)).toEqual([]);
    await engine.resumeCampaign(TENANT, id);
    expect(await lines(people)).toHaveLength(1);
    await engine.stopCampaign(TENANT, id);
    await engine.inStep();
    expect(await lines(people)).toEqual([]);
  });

  test("leaves out what is paused, skipped, cancelled, over, or more than a year away", async () => {
    await using people = await peopleWithAda();
    const { engine } = people;
    const yearly = { yearly: { on: "02-20", time: "09:00" } };
    await people.accept({ schedule: { at: "2027-03-05T09:00" }, content: { text: "Far" } });
    await people.accept({ schedule: yearly, content: { text: "Once" } });
    const paused = await people.accept({ schedule: { cron: "0 9 * * *" }, content: { text: "Paused" } });
    await engine.pause(TENANT, paused);
    const gone = await people.accept({ schedule: { cron: "0 9 * * *" }, content: { text: "Gone" } });
    await engine.cancel(TENANT.id, gone);
    const skipped = await people.accept({
      schedule: { cron: "0 9 * * *", count: 2 },
      content: { text: "Left" },
    });
    await engine.skip(TENANT, skipped);
    await engine.createCalendarEvent(TENANT, {
      owner: "rcp_ada",
      title: "Over",
      start: "2026-02-27",
      end: "2026-03-01",
    });
    await engine.createCalendarEvent(TENANT, {
      owner: "rcp_ada",
      title: "Running",
      start: "2026-02-28",
      end: "2026-03-02",
    });
    expect(await lines(people)).toEqual([
      "2026-02-28 Running",
      "2026-03-02T08:00 Left",
      "2027-02-20T08:00 Once",
    ]);
  });

  test("holds no more than anybody wants to see", async () => {
    await using people = await peopleWithAda();
    await people.accept({ schedule: { every: "PT1M" }, content: { text: "Often" } });
    await people.accept({ schedule: { cron: "0 9 * * *" }, content: { text: "Daily" } });
    const found = await lines(people);
    expect(found.filter((line) => line.endsWith("Often"))).toHaveLength(100);
    expect(found.filter((line) => line.endsWith("Daily"))).toHaveLength(100);
  });

  test("says why a content cannot be filled in, and finds a title for any", async () => {
    await using people = await peopleWithAda();
    await people.accept({
      schedule: { cron: "0 9 2 3 *" },
      content: { text: "{% for i in (1..100000000) %}xxxxxxxxxxxxxxxx{% endfor %}" },
    });
    await people.accept({ schedule: { at: "2026-03-03T09:00" }, content: { html: "<b>only</b>" } });
    await people.accept({ schedule: { at: "2026-03-04T09:00" }, content: { text: "x".repeat(250) } });
    const entries = await entriesOf(people);
    const reason = expect.stringMatching(/^the content cannot be rendered: .*limit/);
    expect(entries[0]).toMatchObject({ title: "Reminder", description: reason });
    expect(entries[1]).toMatchObject({ title: "Reminder", description: null });
    expect(entries[2]).toMatchObject({ title: `${"x".repeat(199)}…`, description: "x".repeat(250) });
  });
});

describe("createCalendarFeed()", () => {
  test("keeps addresses of a recipient by id or externalId, in its tenant; they end when they are revoked", async () => {
    await using people = await peopleWithAda();
    const { engine } = people;
    const eve = await engine.createRecipient(TENANT, { externalId: "crm-7" });
    const feed = await engine.createCalendarFeed(TENANT, { owner: "crm-7", tokenHash: "one" });
    expect(feed).toEqual({
      tenantId: TENANT.id,
      id: expect.stringMatching(/^cal_/),
      recipientId: eve.id,
      tokenHash: "one",
      createdAtMs: START,
    });
    await engine.createCalendarFeed(TENANT, { owner: eve.id, tokenHash: "two" });
    expect(await engine.createCalendarFeed(TENANT, { owner: "nobody", tokenHash: "three" })).toBeNull();
    expect(await engine.createCalendarFeed(OTHER, { owner: eve.id, tokenHash: "four" })).toBeNull();
    expect((await engine.listCalendarFeeds(TENANT.id, "crm-7"))?.map(({ tokenHash }) => tokenHash)).toEqual([
      "one",
      "two",
    ]);
    expect(await engine.listCalendarFeeds(TENANT.id, "rcp_ada")).toEqual([]);
    expect(await engine.listCalendarFeeds(OTHER.id, eve.id)).toBeNull();
    expect(await engine.revokeCalendarFeeds(OTHER.id, eve.id)).toBeNull();
    expect(await engine.revokeCalendarFeeds(TENANT.id, "rcp_ada", feed?.id)).toBe(0);
    expect(await engine.revokeCalendarFeeds(TENANT.id, "crm-7", feed?.id)).toBe(1);
    expect(await engine.readCalendar("one")).toBeNull();
    expect((await engine.readCalendar("two"))?.recipient.id).toBe(eve.id);
    await engine.deleteRecipient(TENANT, "crm-7");
    expect(await engine.readCalendar("two")).toBeNull();
    expect(await engine.readCalendar("never made")).toBeNull();
  });

  test("refuses one more than there may be", async () => {
    await using people = await peopleWithAda();
    const make = (tokenHash: string) =>
      people.engine.createCalendarFeed(TENANT, { owner: "rcp_ada", tokenHash });
    for (let made = 0; made < MOST_FEEDS; made++) await make(`hash ${made}`);
    await expect(make("one more")).rejects.toMatchObject({ code: "too_many_calendar_addresses" });
    await people.engine.revokeCalendarFeeds(TENANT.id, "rcp_ada");
    expect(await make("one more")).not.toBeNull();
  });

  test("goes on through a whole day of the clock", async () => {
    await using people = await peopleWithAda();
    await people.accept({ schedule: { cron: "0 9 * * *", count: 2 }, content: { text: "Ring" } });
    await people.engine.start();
    await people.clock.advance(DAY);
    expect(await lines(people)).toEqual(["2026-03-02T08:00 Ring"]);
  });
});
