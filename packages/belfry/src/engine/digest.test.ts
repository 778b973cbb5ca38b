import { describe, expect, test } from "vitest";
import type { CalendarEventRequest } from "./calendar-engine.ts";
import type { CampaignRequest } from "./campaigns.ts";
import { TENANT } from "./engine-fixture.ts";
import { createPeople, type People, STORES } from "./people-fixture.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TEXT =
  "{% for event in events %}{{ event.dayMonthYear }} {{ event.time }} {{ event.title }}{% unless forloop.last %}; {% endunless %}{% endfor %}";
const DAILY: CampaignRequest = {
  name: "Agenda",
  schedule: { cron: "0 8 * * *" },
  content: { text: TEXT },
  eventsWithin: "P1D",
  channels: ["email"],
};

/** Passes enough for what rings once a day. */
const HOURLY = { tickMs: HOUR, nearWindowMs: 2 * HOUR };

async function add(people: People, ...events: readonly Partial<CalendarEventRequest>[]): Promise<void> {
  const full = events.map((event) => ({
    owner: "rcp_ada",
    title: "Event",
    start: "2026-03-02T12:00",
    ...event,
  }));
  const results = await people.engine.upsertCalendarEvents(TENANT, full);
  expect(results.map(({ kind }) => kind)).toEqual(full.map(() => "created"));
}

async function begin(people: People, change: Partial<CampaignRequest> = {}): Promise<void> {
  await people.engine.createCampaign(TENANT, { ...DAILY, ...change });
  await people.engine.inStep();
  await people.engine.start();
}

/** What went out, with when and to whom. */
function told({ sent }: People): string[] {
  return sent.map(({ at, address, text }) => `${at} ${address}: ${text}`).sort();
}

/** What became of the deliveries that were not sent. */
async function cancelled({ store }: People): Promise<(string | null)[]> {
  const page = { tenantId: TENANT.id, limit: 100, after: undefined, reminderId: undefined };
  const { items } = await store.listDeliveries({ ...page, state: "cancelled" });
  return items.map(({ occurrence, reason }) => `${occurrence.nominal} ${reason}`).sort();
}

describe.each(STORES)("a digest campaign on %s", (kind) => {
  test("sends each owner one message at 08:00 on their clock, and none to who has no events", async () => {
    await using people = await createPeople(kind, HOURLY);
    await people.put("rcp_ada", { addresses: { email: "mailto:ada" }, timeZone: "Europe/Paris" });
    await people.put("rcp_bob", { addresses: { email: "mailto:bob" }, timeZone: "America/New_York" });
    await people.put("rcp_eve", { addresses: { email: "mailto:eve" }, timeZone: "Europe/Paris" });
    await add(
      people,
      { title: "Dentist", start: "2026-03-02T09:30", end: "2026-03-02T10:00" },
      { title: "Lunch", start: "2026-03-02T12:00" },
      { title: "Over by then", start: "2026-03-01T07:59" },
      { title: "Next day's", start: "2026-03-03T08:00" },
      { owner: "rcp_bob", title: "Gym", start: "2026-03-02T18:00" },
    );
    await begin(people);
    await people.clock.advance(2 * DAY - HOUR);
    expect(told(people)).toEqual([
      "2026-03-02T07:00 mailto:ada: 02/03/2026 09:30 Dentist; 02/03/2026 12:00 Lunch",
      "2026-03-02T13:00 mailto:bob: 02/03/2026 18:00 Gym",
    ]);
    const reason = (from: string) =>
      `there is nothing to tell of: no calendar event begins within 24 hours of ${from}`;
    expect(await cancelled(people)).toEqual([
      `2026-03-01T08:00 ${reason("2026-03-01T07:00:00Z")}`,
      `2026-03-01T08:00 ${reason("2026-03-01T07:00:00Z")}`,
      `2026-03-01T08:00 ${reason("2026-03-01T13:00:00Z")}`,
      `2026-03-02T08:00 ${reason("2026-03-02T07:00:00Z")}`,
    ]);
    expect(people.faults).toEqual([]);
  });

  test("tells of what stands in the calendar when it is sent, from when it was due on", async () => {
    await using people = await createPeople(kind, HOURLY);
    await people.put("rcp_ada");
    await add(people, { uid: "a", title: "Moved", start: "2026-03-02T09:00:00Z" });
    await begin(people);
    const answers = [{ kind: "retryable", error: "later", retryAfterMs: 2 * HOUR } as const];
    people.answer = () => answers.pop() ?? { kind: "delivered" };
    await people.clock.advance(DAY + 9 * HOUR);
    const [found] = (
      await people.engine.listCalendarEvents(TENANT, { tenantId: TENANT.id, limit: 1, after: undefined })
    ).items;
    await people.engine.patchCalendarEvent(TENANT, found?.id ?? "", { title: "Renamed" });
    await people.clock.advance(2 * HOUR);
    expect(people.sent.map(({ at, text }) => `${at} ${text}`)).toEqual([
      "2026-03-02T08:00 02/03/2026 09:00 Moved",
      "2026-03-02T10:00 02/03/2026 09:00 Renamed",
    ]);
  });
});

describe("a digest", () => {
  test("counts whole days from the day itself on, as that is where their owner is", async () => {
    await using people = await createPeople("sqlite", HOURLY);
    await people.put("rcp_ada", { addresses: { email: "mailto:ada" }, timeZone: "Pacific/Auckland" });
    await people.put("rcp_bob", { addresses: { email: "mailto:bob" }, timeZone: "America/Los_Angeles" });
    for (const owner of ["rcp_ada", "rcp_bob"]) {
      await add(
        people,
        { owner, title: "yesterday", start: "2026-03-02" },
        { owner, title: "today", start: "2026-03-03", end: "2026-03-05" },
        { owner, title: "tomorrow", start: "2026-03-04" },
      );
    }
    const text =
      "{% for event in events %}{{ event.title }} {{ event.start }}-{{ event.end }} {{ event.localStart }} {{ event.allDay }} [{{ event.time }}];{% endfor %}";
    await begin(people, { schedule: { cron: "0 8 3 3 *" }, eventsWithin: "PT12H", content: { text } });
    await people.clock.advance(4 * DAY);
    const today = "today 2026-03-03-2026-03-05 2026-03-03T00:00 true [];";
    expect(told(people)).toEqual([
      `2026-03-02T19:00 mailto:ada: ${today}`,
      `2026-03-03T16:00 mailto:bob: ${today}`,
    ]);
  });

  test("gives templates every part of an event, and its owner's times", async () => {
    await using people = await createPeople("sqlite", HOURLY);
    await people.put("rcp_ada", { timeZone: "Asia/Kolkata" });
    await add(people, {
      uid: "u-1",
      title: "Call",
      description: "About {{ this }}",
      start: "2026-03-02T23:00:00+05:30",
      end: "2026-03-03T00:15:00+05:30",
    });
    const data = { said: "{{ events.size }} {{ events[0] | json }}" };
    await begin(people, { schedule: { cron: "0 20 2 3 *" }, content: { data } });
    await people.clock.advance(2 * DAY);
    const said = JSON.stringify(people.sent[0]?.message.content.data).slice('{"said":"'.length, -2);
    expect(said.slice(0, 2)).toBe("1 ");
    expect(JSON.parse(JSON.parse(`"${said.slice(2)}"`))).toEqual({
      id: expect.stringMatching(/^evt_/),
      uid: "u-1",
      title: "Call",
      description: "About {{ this }}",
      start: "2026-03-02T17:30:00Z",
      end: "2026-03-02T18:45:00Z",
      localStart: "2026-03-02T23:00",
      localEnd: "2026-03-03T00:15",
      date: "2026-03-02",
      time: "23:00",
      dayMonthYear: "02/03/2026",
      allDay: false,
    });
  });

  test("is not what a campaign without eventsWithin is: that is sent, and has no events", async () => {
    await using people = await createPeople("sqlite", HOURLY);
    await people.put("rcp_ada");
    await add(people, { title: "Dentist" });
    const content = { text: "{{ events.size }} events" };
    const { eventsWithin: _, ...plain } = DAILY;
    await people.engine.createCampaign(TENANT, { ...plain, content });
    await people.engine.inStep();
    await people.engine.start();
    await people.clock.advance(2 * DAY - HOUR);
    expect(people.sent.map(({ text }) => text)).toEqual(["0 events", "0 events"]);
  });

  test("tells only of its own recipient's events, and none of another tenant's", async () => {
    await using people = await createPeople("sqlite", HOURLY);
    await people.put("rcp_ada");
    const other = { id: "tnt_other", timeZone: "UTC" };
    await people.store.ensureTenant({ ...other, nowMs: 0 });
    const theirs = await people.engine.createRecipient(other, { firstName: "Eve" });
    await people.engine.createCalendarEvent(other, {
      owner: theirs.id,
      title: "Theirs",
      start: "2026-03-02T12:00",
    });
    await begin(people);
    await people.clock.advance(2 * DAY - HOUR);
    expect(people.sent).toEqual([]);
    expect(await cancelled(people)).toHaveLength(2);
  });
});
