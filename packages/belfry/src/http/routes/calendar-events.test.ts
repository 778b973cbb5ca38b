import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig } from "../app-fixture.ts";
import {
  calendarEventBatchResultSchema,
  calendarEventPageSchema,
  calendarEventSchema,
} from "../schemas/calendar-event.ts";

const path = "/v1/calendar-events";
const LUNCH = {
  owner: "ada",
  uid: "u-1",
  title: "Lunch",
  start: "2026-03-10T12:00",
  end: "2026-03-10T13:00",
};
const INTO_PAST = "2026-03-10T12:00:00Z";

/** A recipient in Paris, who is called `ada` from outside. */
async function rigWithAda(): Promise<ApiRig & { ada: string }> {
  const rig = await createApiRig();
  const body = { externalId: "ada", firstName: "Ada", timeZone: "Europe/Paris" };
  const made = await rig.send({ method: "POST", path: "/v1/recipients", body });
  return { ...rig, ada: String(made.body.id) };
}

function post(rig: ApiRig, body: unknown, more: object = {}) {
  return rig.send({ method: "POST", path, body, ...more });
}

describe("/v1/calendar-events", () => {
  test("create() answers 201 with the event and where it is", async () => {
    const rig = await rigWithAda();
    const { status, body, headers } = await post(rig, { ...LUNCH, description: "in the garden" });
    expect(status).toBe(201);
    expect(calendarEventSchema.parse(body)).toEqual(body);
    expect(body).toEqual({
      id: expect.stringMatching(/^evt_/),
      owner: rig.ada,
      uid: "u-1",
      title: "Lunch",
      description: "in the garden",
      allDay: false,
      start: "2026-03-10T11:00:00Z",
      end: "2026-03-10T12:00:00Z",
      revision: 1,
      createdAt: "2026-03-01T00:00:00Z",
      updatedAt: "2026-03-01T00:00:00Z",
    });
    expect(headers.get("etag")).toBe('"1"');
    expect((await rig.send({ path: headers.get("location") ?? "" })).body).toEqual(body);
  });

  test("create() takes whole days", async () => {
    const rig = await rigWithAda();
    const { body } = await post(rig, { owner: rig.ada, title: "Holiday", start: "2026-03-10" });
    expect(body).toMatchObject({
      allDay: true,
      start: "2026-03-10",
      end: "2026-03-11",
      uid: null,
      description: null,
    });
  });

  test("create() makes one event for each Idempotency-Key, and 409 for a uid that is there", async () => {
    const rig = await rigWithAda();
    const headers = { "idempotency-key": "one" };
    const first = await post(rig, LUNCH, { headers });
    const again = await post(rig, LUNCH, { headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await post(rig, LUNCH)).toMatchObject({ status: 409, body: { code: "calendar_event_exists" } });
    expect((await rig.send({ path })).body.items).toHaveLength(1);
  });

  const wrong: readonly [string, object, string, unknown?][] = [
    ["no owner", { owner: undefined }, "/owner"],
    ["an owner that is no text", { owner: 7 }, "/owner", 7],
    ["an owner that there is none of", { owner: "bob" }, "/owner", "bob"],
    ["no title", { title: undefined }, "/title"],
    ["an empty title", { title: "" }, "/title", ""],
    ["a title of spaces", { title: "  " }, "/title", "  "],
    ["a title that is too long", { title: "x".repeat(501) }, "/title"],
    ["a description that is too long", { description: "x".repeat(10_001) }, "/description"],
    ["a description that is no text", { description: ["x"] }, "/description"],
    ["a NUL in the title", { title: "a\u0000b" }, "/title"],
    ["an empty uid", { uid: "" }, "/uid", ""],
    ["a uid that is too long", { uid: "x".repeat(513) }, "/uid"],
    ["a uid that is null", { uid: null }, "/uid", null],
    ["no start", { start: undefined }, "/start"],
    ["a start that is a number", { start: 1_772_323_200 }, "/start", 1_772_323_200],
    ["a start that is no time", { start: "tomorrow" }, "/start", "tomorrow"],
    ["an end before its start", { end: "2026-03-10T11:00" }, "/end", "2026-03-10T11:00"],
    ["an end that is no time", { end: "" }, "/end", ""],
    ["a date for an end", { end: "2026-03-11" }, "/end", "2026-03-11"],
    ["a zone of an abbreviation", { timeZone: "EST" }, "/timeZone", "EST"],
    ["a zone beside instants", { start: INTO_PAST, end: null, timeZone: "UTC" }, "/timeZone", "UTC"],
    ["what is long over", { start: "2025-01-01", end: null }, "/start", "2025-01-01"],
    ["an unknown field", { location: "here" }, "/location", "here"],
  ];
  test.each(wrong)("create() names the field when there is %s", async (_name, change, field, value) => {
    const rig = await rigWithAda();
    const { status, body } = await post(rig, { ...LUNCH, ...change });
    expect(status).toBe(400);
    const error = { path: field, allowed: expect.any(String), ...(value === undefined ? {} : { value }) };
    expect(body.errors).toMatchObject([error]);
    expect((await rig.send({ path })).body.items).toEqual([]);
  });

  test.each([
    ["a text", "lunch"],
    ["a list", [LUNCH]],
    ["null", null],
  ])("create() refuses %s", async (_name, body) => {
    expect(await post(await rigWithAda(), JSON.stringify(body))).toMatchObject({ status: 400 });
  });

  test("list() goes by beginning, of one owner, within a stretch of time, page by page", async () => {
    const rig = await rigWithAda();
    await rig.send({ method: "POST", path: "/v1/recipients", body: { externalId: "bob" } });
    const events = [
      { ...LUNCH, uid: "late", start: "2026-03-12T12:00", end: null },
      { ...LUNCH, uid: "early" },
      { ...LUNCH, uid: "bob's", owner: "bob", start: "2026-03-11", end: null },
    ];
    for (const event of events) expect((await post(rig, event)).status).toBe(201);
    const uids = async (query: string) => {
      const { status, body } = await rig.send({ path: `${path}${query}` });
      expect(status, JSON.stringify(body)).toBe(200);
      return calendarEventPageSchema.parse(body).items.map(({ uid }) => uid);
    };
    expect(await uids("")).toEqual(["early", "bob's", "late"]);
    expect(await uids("?owner=ada")).toEqual(["early", "late"]);
    expect(await uids(`?owner=${rig.ada}&from=2026-03-10T12:00:00Z`)).toEqual(["late"]);
    expect(await uids("?from=2026-03-10T11:59:59Z&to=2026-03-12T11:00:00Z")).toEqual(["early", "bob's"]);
    const first = calendarEventPageSchema.parse((await rig.send({ path: `${path}?limit=2` })).body);
    expect(await uids(`?limit=2&cursor=${first.nextCursor}`)).toEqual(["late"]);
    expect((await rig.send({ path, key: "stranger" })).body.items).toEqual([]);
  });

  test.each([
    ["?owner=bob", "/owner"],
    ["?owner=", "/owner"],
    ["?from=monday", "/from"],
    ["?to=2026-03-10", "/to"],
    ["?from=2026-03-10T12:00:00Z&to=2026-03-10T12:00:00Z", "/to"],
    ["?limit=101", "/limit"],
    ["?cursor=x", "/cursor"],
    ["?since=now", "/since"],
  ])("list() refuses %s", async (query, field) => {
    const { status, body } = await (await rigWithAda()).send({ path: `${path}${query}` });
    expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ path: field }] });
  });

  test("replace() and update() change it, as If-Match allows; delete() ends it", async () => {
    const rig = await rigWithAda();
    const one = String((await post(rig, { ...LUNCH, description: "x" })).headers.get("location"));
    const send = (method: string, body?: unknown, tag = "*") =>
      rig.send({ method, path: one, headers: { "if-match": tag }, ...(body === undefined ? {} : { body }) });
    const replaced = await send("PUT", { title: "Dinner", start: "2026-03-10T19:00:00Z" }, '"1"');
    expect(replaced).toMatchObject({
      status: 200,
      body: { uid: "u-1", title: "Dinner", description: null, start: "2026-03-10T19:00:00Z", revision: 2 },
    });
    expect(replaced.headers.get("etag")).toBe('"2"');
    for (const stale of [
      send("PUT", LUNCH_CONTENT, '"1"'),
      send("PATCH", { title: "x" }, '"1"'),
      send("DELETE", undefined, '"1"'),
    ])
      expect(await stale).toMatchObject({ status: 412, body: { code: "precondition_failed" } });
    const patched = await send("PATCH", { end: "2026-03-10T21:00:00Z", description: "with Bob" });
    expect(patched.body).toMatchObject({
      title: "Dinner",
      end: "2026-03-10T21:00:00Z",
      description: "with Bob",
      revision: 3,
    });
    expect((await send("DELETE", undefined, '"3"')).status).toBe(204);
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const body = method === "PUT" ? LUNCH_CONTENT : method === "PATCH" ? { title: "x" } : undefined;
      expect(await send(method, body)).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
  });

  test.each([
    ["PATCH", {}, ""],
    ["PATCH", { owner: "bob" }, "/owner"],
    ["PATCH", { uid: "u-2" }, "/uid"],
    ["PATCH", { title: null }, "/title"],
    ["PATCH", { start: null }, "/start"],
    ["PATCH", { start: "2026-03-10T14:00" }, "/end"],
    ["PATCH", { timeZone: "UTC" }, "/timeZone"],
    ["PUT", { title: "Lunch" }, "/start"],
    ["PUT", { ...{ title: "Lunch", start: "2026-03-10" }, owner: "ada" }, "/owner"],
  ])("%s refuses %j and names the field", async (method, body, field) => {
    const rig = await rigWithAda();
    const one = String((await post(rig, LUNCH)).headers.get("location"));
    const refused = await rig.send({ method, path: one, body });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: field }] } });
    expect((await rig.send({ path: one })).body.revision).toBe(1);
  });
});

const LUNCH_CONTENT = { title: "Lunch", start: "2026-03-10T12:00:00Z" };

describe("POST /v1/calendar-events/batch", () => {
  const batch = (rig: ApiRig, events: unknown, more: object = {}) =>
    rig.send({ method: "POST", path: `${path}/batch`, body: { events }, ...more });

  test("makes and replaces by owner and uid, and answers each for itself", async () => {
    const rig = await rigWithAda();
    await post(rig, LUNCH);
    const { status, body } = await batch(rig, [
      { ...LUNCH, title: "Dinner" },
      { ...LUNCH, uid: "u-2" },
      { ...LUNCH, owner: "bob" },
      { ...LUNCH, uid: "u-3", start: "never" },
      { title: 5 },
      { ...LUNCH, uid: "u-2" },
      "no event",
    ]);
    expect(status).toBe(200);
    const { results } = calendarEventBatchResultSchema.parse(body);
    expect(results).toEqual(body.results);
    expect(
      results.map((one) =>
        "event" in one
          ? [one.status, one.changed, one.event.uid]
          : one.problem.errors?.map(({ path: at }) => at),
      ),
    ).toEqual([
      [200, true, "u-1"],
      [201, true, "u-2"],
      ["/owner"],
      ["/start"],
      ["/owner", "/title", "/start"],
      ["/uid"],
      [""],
    ]);
    const again = calendarEventBatchResultSchema.parse(
      (await batch(rig, [{ ...LUNCH, title: "Dinner" }])).body,
    );
    expect(again.results).toMatchObject([{ status: 200, changed: false, event: { revision: 2 } }]);
  });

  test("is done once for each Idempotency-Key", async () => {
    const rig = await rigWithAda();
    const headers = { "idempotency-key": "one" };
    const events = [{ owner: "ada", title: "No uid", start: "2026-03-10" }, { owner: "bob" }];
    const first = await batch(rig, events, { headers });
    const again = await batch(rig, events, { headers });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.body).toEqual(first.body);
    expect((await rig.send({ path })).body.items).toHaveLength(1);
  });

  test.each([
    ["no events", []],
    ["too many", Array(1001).fill(LUNCH)],
    ["an object", LUNCH],
  ])("refuses %s", async (_name, events) => {
    const refused = await batch(await rigWithAda(), events);
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ path: "/events" }] } });
  });
});
