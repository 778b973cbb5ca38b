import { describe, expect, test } from "vitest";
import type { CalendarEvent } from "../domain/calendar-event.ts";
import { InvalidInputError } from "../domain/errors.ts";
import type { CalendarEventContent, CalendarEventRequest } from "./calendar-engine.ts";
import { createRig, START, TENANT } from "./engine-fixture.ts";
import { createPeople, type People, STORES } from "./people-fixture.ts";
import { DEFAULT_TUNING } from "./ports.ts";
import { recipientOf } from "./recipient-fixture.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OTHER = { id: "tnt_other", timeZone: "UTC" };
const LUNCH = { owner: "rcp_ada", title: "Lunch", start: "2026-03-10T12:00:00Z" };
const ALL = { tenantId: TENANT.id, limit: 100, after: undefined };

async function peopleWithAda(kind: (typeof STORES)[number] = "sqlite"): Promise<People> {
  const people = await createPeople(kind);
  await people.put("rcp_ada", { timeZone: "Europe/Paris" });
  await people.put("rcp_bob", { timeZone: null });
  return people;
}

function create({ engine }: People, change: Partial<CalendarEventRequest> = {}): Promise<CalendarEvent> {
  return engine.createCalendarEvent(TENANT, { ...LUNCH, ...change });
}

/** What is wrong, as `path message`. */
async function faultsOf(made: Promise<unknown>): Promise<string[]> {
  const error = await made.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InvalidInputError)) throw new Error(`Cannot test: it was ${String(error)}`);
  return error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
}

describe("createCalendarEvent()", () => {
  test.each([
    ["an instant", { start: "2026-03-10T12:00:00+02:00" }, { startMs: Date.UTC(2026, 2, 10, 10) }],
    ["a wall clock of its owner", { start: "2026-03-10T12:00" }, { startMs: Date.UTC(2026, 2, 10, 11) }],
    ["a wall clock in a gap", { start: "2026-03-29T02:30" }, { startMs: Date.UTC(2026, 2, 29, 1, 30) }],
    [
      "a wall clock of its own zone",
      { start: "2026-03-10T12:00", timeZone: "Asia/Tokyo" },
      { startMs: Date.UTC(2026, 2, 10, 3) },
    ],
    [
      "a wall clock of the tenant",
      { owner: "rcp_bob", start: "2026-03-10T12:00" },
      { startMs: Date.UTC(2026, 2, 10, 12) },
    ],
  ])("takes %s", async (_name, change, { startMs }) => {
    await using people = await peopleWithAda();
    const end = new Date(startMs + HOUR).toISOString();
    const { when } = await create(people, change);
    expect(when).toEqual({ kind: "timed", startMs, endMs: startMs });
    expect((await create(people, { ...change, end })).when).toEqual({
      kind: "timed",
      startMs,
      endMs: startMs + HOUR,
    });
  });

  test("takes whole days, one unless an end is said", async () => {
    await using people = await peopleWithAda();
    const day = { kind: "days", startDate: "2026-12-31", endDate: "2027-01-01" };
    expect((await create(people, { start: "2026-12-31" })).when).toEqual(day);
    expect((await create(people, { start: "2026-12-31", end: "2027-01-03" })).when).toEqual({
      ...day,
      endDate: "2027-01-03",
    });
  });

  test("keeps it for a recipient by id or externalId", async () => {
    await using people = await peopleWithAda();
    await people.put("rcp_eve", {});
    const { id } = await people.engine.createRecipient(TENANT, { externalId: "crm-7" });
    const event = await create(people, { owner: "crm-7", uid: "u", description: "in the garden" });
    expect(event).toMatchObject({
      recipientId: id,
      uid: "u",
      title: "Lunch",
      description: "in the garden",
      revision: 1,
    });
    expect(await people.store.findCalendarEvent(TENANT.id, event.id)).toEqual(event);
  });

  test.each([
    ["an owner that there is none of", { owner: "rcp_nobody" }, ["owner names no recipient"]],
    ["a start that is no time", { start: "noon" }, ["start is no time"]],
    ["30 February", { start: "2026-02-30" }, ["start is no time"]],
    ["an hour 25", { start: "2026-03-10T25:00" }, ["start is no time"]],
    ["an end that is no time", { end: "later" }, ["end is no time"]],
    ["an end before its start", { end: "2026-03-10T11:59:59Z" }, ["end is not after start"]],
    ["an end on its start", { end: "2026-03-10T13:00" }, ["end is not after start"]],
    ["a day that ends as it begins", { start: "2026-03-10", end: "2026-03-10" }, ["end is not after start"]],
    ["a date beside a time", { end: "2026-03-11" }, ["end and start are not both dates, or both times"]],
    [
      "a time beside a date",
      { start: "2026-03-10", end: "2026-03-10T13:00" },
      ["end and start are not both dates, or both times"],
    ],
    ["an end too far away", { end: "2027-03-12T00:00:00Z" }, ["end is too far from start"]],
    [
      "a zone beside an instant",
      { timeZone: "Europe/Paris" },
      ["timeZone goes with wall clocks alone: instants have their offset, and dates are the owner's"],
    ],
    [
      "a zone beside a date",
      { start: "2026-03-10", timeZone: "Europe/Paris" },
      ["timeZone goes with wall clocks alone: instants have their offset, and dates are the owner's"],
    ],
    [
      "a zone that is none",
      { start: "2026-03-10T12:00", timeZone: "EST" },
      [expect.stringMatching(/^timeZone "EST" is not a time zone/)],
    ],
    ["two things wrong", { start: "noon", end: "later" }, ["start is no time", "end is no time"]],
    ["a year of no calendar", { start: "9999-12-31" }, ["start is after the year 9998"]],
    ["what is long over", { start: "2026-01-01" }, ["start is over for so long that it would not be kept"]],
    [
      "what ended long ago",
      { start: "2026-01-01", end: "2026-01-10" },
      ["end is over for so long that it would not be kept"],
    ],
  ])("refuses %s", async (_name, change, expected) => {
    await using people = await peopleWithAda();
    expect(await faultsOf(create(people, change))).toEqual(expected);
    expect((await people.engine.listCalendarEvents(TENANT, ALL)).items).toEqual([]);
  });

  test("refuses a uid that its owner has, and takes it for another", async () => {
    await using people = await peopleWithAda();
    await create(people, { uid: "u" });
    await expect(create(people, { uid: "u" })).rejects.toMatchObject({ code: "calendar_event_exists" });
    expect((await create(people, { uid: "u", owner: "rcp_bob" })).uid).toBe("u");
    expect((await create(people)).uid).toBeNull();
  });

  test("never finds another tenant's recipient or event", async () => {
    await using people = await peopleWithAda();
    const mine = await create(people);
    const theirs = people.engine.createCalendarEvent(OTHER, LUNCH);
    expect(await faultsOf(theirs)).toEqual(["owner names no recipient"]);
    expect(await people.engine.patchCalendarEvent(OTHER, mine.id, { title: "Mine" })).toBeNull();
    expect(await people.engine.replaceCalendarEvent(OTHER, mine.id, LUNCH)).toBeNull();
    expect((await people.engine.listCalendarEvents(OTHER, { ...ALL, tenantId: OTHER.id })).items).toEqual([]);
    const listed = people.engine.listCalendarEvents(OTHER, { ...ALL, tenantId: OTHER.id, owner: "rcp_ada" });
    expect(await faultsOf(listed)).toEqual(["owner names no recipient"]);
  });
});

describe.each(STORES)("upsertCalendarEvents() on %s", (kind) => {
  test("makes what is new, replaces what its owner has by that uid, and leaves alone what is so already", async () => {
    await using people = await peopleWithAda(kind);
    const batch = [
      { ...LUNCH, uid: "a", description: "with Bob" },
      { ...LUNCH, uid: "a", owner: "rcp_bob" },
      { ...LUNCH, uid: "b" },
    ];
    const first = await people.engine.upsertCalendarEvents(TENANT, batch);
    expect(first.map(({ kind }) => kind)).toEqual(["created", "created", "created"]);
    await people.clock.advance(HOUR);
    const again = [{ ...LUNCH, uid: "a", title: "Dinner" }, batch[1], { ...LUNCH, uid: "c" }, { ...LUNCH }];
    const second = await people.engine.upsertCalendarEvents(
      TENANT,
      again.filter((one) => one !== undefined),
    );
    expect(second.map(({ kind }) => kind)).toEqual(["changed", "unchanged", "created", "created"]);
    const [made, changed] = [first[0], second[0]];
    if (made?.kind === "refused" || changed?.kind === "refused")
      throw new Error("Cannot test: it was refused");
    expect(changed?.event).toEqual({
      ...made?.event,
      title: "Dinner",
      description: null,
      revision: 2,
      updatedAtMs: START + HOUR,
    });
    expect((await people.engine.listCalendarEvents(TENANT, ALL)).items).toHaveLength(5);
  });

  test("tells what is wrong with each, and takes the others", async () => {
    await using people = await peopleWithAda(kind);
    const results = await people.engine.upsertCalendarEvents(TENANT, [
      { ...LUNCH, uid: "a" },
      { ...LUNCH, owner: "nobody" },
      { ...LUNCH, uid: "a", title: "Twice" },
      { ...LUNCH, uid: "b", start: "never" },
      { ...LUNCH, uid: "b" },
    ]);
    const told = results.map((one) =>
      one.kind === "refused" ? one.error.issues.map(({ path }) => path.join()) : one.kind,
    );
    expect(told).toEqual(["created", ["owner"], ["uid"], ["start"], "created"]);
  });

  test("ends with one event of a name, however many write it at once", async () => {
    await using people = await peopleWithAda(kind);
    const others = [people.engine, people.another(), people.another()];
    const write = (engine: People["engine"], turn: number) =>
      engine.upsertCalendarEvents(TENANT, [{ ...LUNCH, uid: "a", title: `by ${turn}` }]);
    await Promise.all(others.map(write));
    const { items } = await people.engine.listCalendarEvents(TENANT, ALL);
    expect(items).toMatchObject([{ uid: "a", revision: 3 }]);
  });
});

describe("a change of a calendar event", () => {
  const changes: readonly [string, Partial<CalendarEventContent>, object][] = [
    ["the title", { title: "Dinner" }, { title: "Dinner", description: "in the garden" }],
    ["the description away", { description: null }, { description: null }],
    [
      "the start",
      { start: "2026-03-10T11:00:00Z" },
      { when: { startMs: Date.UTC(2026, 2, 10, 11), endMs: Date.UTC(2026, 2, 10, 13) } },
    ],
    ["the end away", { end: null }, { when: { endMs: Date.UTC(2026, 2, 10, 12) } }],
    [
      "it to a day",
      { start: "2026-03-10", end: null },
      { when: { kind: "days", startDate: "2026-03-10", endDate: "2026-03-11" } },
    ],
    [
      "it to a wall clock",
      { start: "2026-03-10T10:00", timeZone: "UTC" },
      { when: { startMs: Date.UTC(2026, 2, 10, 10) } },
    ],
  ];

  test.each(changes)("changes %s and leaves the rest", async (_name, patch, expected) => {
    await using people = await peopleWithAda();
    const before = await create(people, {
      uid: "u",
      description: "in the garden",
      end: "2026-03-10T13:00:00Z",
    });
    await people.clock.advance(HOUR);
    const after = await people.engine.patchCalendarEvent(TENANT, before.id, patch);
    expect(after).toMatchObject({
      ...expected,
      uid: "u",
      recipientId: "rcp_ada",
      revision: 2,
      updatedAtMs: START + HOUR,
    });
    expect(await people.store.findCalendarEvent(TENANT.id, before.id)).toEqual(after);
  });

  test("replaces all but its owner and uid", async () => {
    await using people = await peopleWithAda();
    const before = await create(people, {
      uid: "u",
      description: "in the garden",
      end: "2026-03-10T13:00:00Z",
    });
    const content = { title: "Walk", start: "2026-03-11T12:00:00Z" };
    const startMs = Date.UTC(2026, 2, 11, 12);
    expect(await people.engine.replaceCalendarEvent(TENANT, before.id, content)).toEqual({
      ...before,
      title: "Walk",
      description: null,
      when: { kind: "timed", startMs, endMs: startMs },
      revision: 2,
    });
  });

  test("changes nothing when it says what was said before, and refuses what does not go together", async () => {
    await using people = await peopleWithAda();
    const before = await create(people, { end: "2026-03-10T13:00:00Z" });
    const patch = (change: object) => people.engine.patchCalendarEvent(TENANT, before.id, change);
    expect(await patch({ title: "Lunch", start: LUNCH.start })).toEqual(before);
    expect(await faultsOf(patch({ start: "2026-03-10T14:00:00Z" }))).toEqual(["end is not after start"]);
    expect(await faultsOf(patch({ start: "2026-03-10" }))).toEqual([
      "end and start are not both dates, or both times",
    ]);
    expect(await people.store.findCalendarEvent(TENANT.id, before.id)).toEqual(before);
  });

  test("is made only to the revision that is asked for", async () => {
    await using people = await peopleWithAda();
    const { id } = await create(people);
    const change = (title: string, ifRevision: number[]) =>
      people.engine.patchCalendarEvent(TENANT, id, { title }, { ifRevision });
    expect(await change("One", [1])).toMatchObject({ revision: 2 });
    expect(await change("Two", [1, 7])).toEqual({ kind: "stale", revision: 2 });
    expect(await people.engine.patchCalendarEvent(TENANT, "evt_none", { title: "x" })).toBeNull();
  });

  test("gives up when others are faster again and again", async () => {
    const { store, engine } = createRig();
    await store.writeRecipients([{ recipient: recipientOf("rcp_ada"), fromRevision: null, isTold: false }]);
    const { id } = await engine.createCalendarEvent(TENANT, LUNCH);
    const find = store.findCalendarEvent;
    store.findCalendarEvent = async (...asked) => {
      const event = await find(...asked);
      if (!event) return null;
      const { revision } = event;
      await store.writeCalendarEvents([
        { event: { ...event, revision: revision + 1 }, fromRevision: revision },
      ]);
      return event;
    };
    const change = engine.patchCalendarEvent(TENANT, id, { title: "Mine" });
    await expect(change).rejects.toMatchObject({ code: "calendar_event_changed" });
  });
});

describe("listCalendarEvents()", () => {
  test("finds whole days where their owner is, also after they have moved", async () => {
    await using people = await peopleWithAda();
    await people.change("rcp_ada", { timeZone: "Pacific/Auckland" });
    await create(people, { start: "2026-03-10" });
    const found = async (from: string, to: string, owner = true) => {
      const range = { fromMs: Date.parse(from), toMs: Date.parse(to) };
      const request = { ...ALL, ...range, ...(owner ? { owner: "rcp_ada" } : {}) };
      return (await people.engine.listCalendarEvents(TENANT, request)).items.length;
    };
    // The day of Auckland, which is 13 hours ahead.
    for (const owner of [true, false]) {
      expect(await found("2026-03-09T10:00Z", "2026-03-09T11:00Z", owner)).toBe(0);
      expect(await found("2026-03-09T11:00Z", "2026-03-09T12:00Z", owner)).toBe(1);
      expect(await found("2026-03-10T10:59Z", "2026-03-11T00:00Z", owner)).toBe(1);
      expect(await found("2026-03-10T11:00Z", "2026-03-11T00:00Z", owner)).toBe(0);
    }
    await people.change("rcp_ada", { timeZone: "Pacific/Honolulu" });
    expect(await found("2026-03-09T11:00Z", "2026-03-10T10:00Z")).toBe(0);
    expect(await found("2026-03-11T09:59Z", "2026-03-12T00:00Z")).toBe(1);
  });
});

describe("what is over", () => {
  test("goes with the history, and a deleted recipient takes theirs along", async () => {
    await using people = await createPeople("sqlite", { tickMs: 6 * HOUR });
    await people.put("rcp_ada");
    await people.put("rcp_bob");
    await create(people, { start: "2026-03-10T12:00:00Z" });
    await create(people, { start: "2026-03-01", end: "2026-04-20" });
    await create(people, { owner: "rcp_bob", start: "2026-05-20" });
    await people.engine.start();
    const left = async () =>
      (await people.engine.listCalendarEvents(TENANT, ALL)).items.map(({ recipientId }) => recipientId);
    await people.clock.advance(9 * DAY + 9 * HOUR + DEFAULT_TUNING.retentionMs);
    expect(await left()).toEqual(["rcp_ada", "rcp_ada", "rcp_bob"]);
    await people.clock.advance(12 * HOUR);
    expect(await left()).toEqual(["rcp_ada", "rcp_bob"]);
    await people.engine.deleteRecipient(TENANT, "rcp_ada");
    expect(await left()).toEqual(["rcp_bob"]);
    expect(people.faults).toEqual([]);
  });
});
