import ical from "node-ical";
import { describe, expect, test } from "vitest";
import { type ApiRig, type ApiRigOptions, createApiRig } from "../app-fixture.ts";
import { calendarAddressListSchema, createdAddressSchema } from "../schemas/calendar-feed.ts";

const LINKS = {
  acknowledge: () => "https://belfry.example.com/a/x",
  calendar: (token: string) => `https://belfry.example.com/calendar/${token}.ics`,
  readAcknowledge: () => null,
};

async function rigWithAda(options: ApiRigOptions = {}): Promise<ApiRig> {
  const rig = await createApiRig(options);
  const body = {
    externalId: "ada",
    firstName: "Ada",
    lastName: "Lovelace",
    timeZone: "Europe/Paris",
    addresses: { webhook: "https://example.com/" },
  };
  expect((await rig.send({ method: "POST", path: "/v1/recipients", body })).status).toBe(201);
  return rig;
}

const addresses = "/v1/recipients/ada/calendar";

async function make(rig: ApiRig) {
  const { status, body } = await rig.send({ method: "POST", path: addresses });
  expect(status).toBe(201);
  expect(createdAddressSchema.parse(body)).toEqual(body);
  return createdAddressSchema.parse(body);
}

/** Whatever reads calendars: without a key. */
async function read({ app }: ApiRig, path: string, headers: Record<string, string> = {}) {
  const response = await app.request(path, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe("/v1/recipients/{id}/calendar", () => {
  test("create() shows an address this once, and where the server is reached if it knows", async () => {
    const rig = await rigWithAda();
    const made = await make(rig);
    expect(made).toMatchObject({
      id: expect.stringMatching(/^cal_/),
      owner: expect.stringMatching(/^rcp_/),
      url: null,
    });
    expect(made.path).toMatch(/^\/calendar\/\w{40}\.ics$/);
    const { body } = await rig.send({ path: addresses });
    expect(calendarAddressListSchema.parse(body)).toEqual(body);
    expect(body.items).toEqual([{ id: made.id, owner: made.owner, createdAt: made.createdAt }]);
    const known = await make(await rigWithAda({ links: LINKS }));
    expect(known.url).toBe(`https://belfry.example.com${known.path}`);
  });

  test("create() never shows it again, and keeps it nowhere", async () => {
    const rig = await rigWithAda();
    const headers = { "idempotency-key": "one" };
    const first = await rig.send({ method: "POST", path: addresses, headers });
    const token = /(\w+)\.ics$/.exec(String(first.body.path))?.[1] ?? "";
    expect(token).toHaveLength(40);
    const again = await rig.send({ method: "POST", path: addresses, headers });
    expect(again).toMatchObject({ status: 409, body: { code: "address_shown_once" } });
    expect(JSON.stringify(again.body)).toContain(String(first.body.id));
    const receipt = await rig.store.findReceipt({
      tenantId: "tnt_test",
      route: "POST /v1/recipients/{id}/calendar",
      key: "one",
    });
    const kept = await rig.store.listCalendarFeeds("tnt_test", String(first.body.owner));
    expect(kept).toHaveLength(1);
    expect(JSON.stringify([receipt, kept, again.body, rig.logged])).not.toContain(token);
  });

  test("revoke() ends one address, or all of them", async () => {
    const rig = await rigWithAda();
    const made = [await make(rig), await make(rig), await make(rig)];
    const statuses = () => Promise.all(made.map(async ({ path }) => (await read(rig, path)).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    const revoke = (query: string) => rig.send({ method: "DELETE", path: `${addresses}${query}` });
    expect(await revoke(`?address=${made[1]?.id}`)).toMatchObject({ status: 200, body: { revoked: 1 } });
    expect(await statuses()).toEqual([200, 404, 200]);
    expect(await revoke("?address=cal_none")).toMatchObject({ status: 200, body: { revoked: 0 } });
    expect(await revoke("?addres=cal_none")).toMatchObject({
      status: 400,
      body: { errors: [{ path: "/addres" }] },
    });
    expect(await revoke("?address=")).toMatchObject({
      status: 400,
      body: { errors: [{ path: "/address" }] },
    });
    expect(await statuses()).toEqual([200, 404, 200]);
    expect(await revoke("")).toMatchObject({ status: 200, body: { revoked: 2 } });
    expect(await statuses()).toEqual([404, 404, 404]);
  });

  test("answers 404 for a recipient that there is none of, 400 for a body, 409 for one too many", async () => {
    const rig = await rigWithAda();
    for (const method of ["POST", "GET", "DELETE"]) {
      const path = "/v1/recipients/bob/calendar";
      expect(await rig.send({ method, path })).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
    const body = { name: "phone" };
    expect(await rig.send({ method: "POST", path: addresses, body })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "/name" }] },
    });
    for (let made = 0; made < 20; made++) await make(rig);
    const more = await rig.send({ method: "POST", path: addresses });
    expect(more).toMatchObject({ status: 409, body: { code: "too_many_calendar_addresses" } });
  });
});

describe("GET /calendar/{file}", () => {
  test("gives the calendar to whoever has the address, as another implementation reads it", async () => {
    const rig = await rigWithAda();
    const { path } = await make(rig);
    await rig.send({
      method: "POST",
      path: "/v1/reminders",
      body: {
        schedule: { cron: "0 9 * * *", count: 2 },
        to: { recipient: "ada" },
        content: {
          title: "Pills, {{ recipient.firstName }}",
          text: "Take one; with water\nNo. {{ occurrence.number }}",
        },
      },
    });
    const event = {
      owner: "ada",
      uid: "u-1",
      title: "Dentist",
      start: "2026-03-02T14:00",
      end: "2026-03-02T15:00",
    };
    await rig.send({ method: "POST", path: "/v1/calendar-events", body: event });
    const { status, headers, text } = await read(rig, path);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    expect(headers.get("cache-control")).toBe("private, max-age=300");
    expect(text).not.toMatch(/[^\r]\n/);
    expect(text).toContain("\r\nX-WR-CALNAME:Belfry: Ada Lovelace\r\n");
    const events = Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === "VEVENT");
    expect(
      events.map((one) => [one?.summary, one?.description, new Date(String(one?.start)).toISOString()]),
    ).toEqual([
      ["Pills, Ada", "Take one; with water\nNo. 1", "2026-03-01T08:00:00.000Z"],
      ["Pills, Ada", "Take one; with water\nNo. 2", "2026-03-02T08:00:00.000Z"],
      ["Dentist", undefined, "2026-03-02T13:00:00.000Z"],
    ]);
    expect(events.map((one) => String(one?.uid).slice(0, 4))).toEqual(["occ_", "occ_", "u-1"]);
  });

  test("gives nobody the link by which the recipient acknowledges", async () => {
    const rig = await rigWithAda({ links: LINKS });
    const { path } = await make(rig);
    const content = { text: "Seen? {{ links.acknowledge }}" };
    const body = { schedule: { in: "P1D" }, to: { recipient: "ada" }, content };
    expect((await rig.send({ method: "POST", path: "/v1/reminders", body })).status).toBe(201);
    const { text } = await read(rig, path);
    expect(text).toContain("SUMMARY:Seen?\r\n");
    expect(text).not.toContain(LINKS.acknowledge());
  });

  test("answers 304 to who has it so already, and anew once it is another", async () => {
    const rig = await rigWithAda();
    const { path } = await make(rig);
    const first = await read(rig, path);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    await rig.clock.advance(60_000);
    const same = await read(rig, path, { "if-none-match": `W/${etag}` });
    expect({ status: same.status, text: same.text, etag: same.headers.get("etag") }).toEqual({
      status: 304,
      text: "",
      etag,
    });
    await rig.send({
      method: "POST",
      path: "/v1/calendar-events",
      body: { owner: "ada", title: "New", start: "2026-03-10" },
    });
    const other = await read(rig, path, { "if-none-match": etag });
    expect(other.status).toBe(200);
    expect(other.headers.get("etag")).not.toBe(etag);
    expect((await read(rig, path)).headers.get("etag")).toBe(other.headers.get("etag"));
  });

  test.each([
    ["what was never made", (path: string) => path.replace(/\w{5}\.ics$/, "00000.ics")],
    ["another ending", (path: string) => path.replace(".ics", ".txt")],
    ["no ending", (path: string) => path.replace(".ics", "")],
    ["nothing", () => "/calendar/.ics"],
    ["an id", () => "/calendar/rcp_ada.ics"],
    ["a NUL", () => "/calendar/%00.ics"],
  ])("answers 404 to %s, without repeating it", async (_name, change) => {
    const rig = await rigWithAda();
    const { path } = await make(rig);
    const asked = change(path);
    const { status, text, headers } = await read(rig, asked);
    expect(status).toBe(404);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(JSON.parse(text)).toMatchObject({ code: "not_found" });
    expect(text).not.toContain(asked.slice("/calendar/".length, -5) || "nothing of it");
  });

  test("is limited like a key, each address by itself", async () => {
    const rig = await rigWithAda({ rateLimit: { quota: 5, windowMs: 60_000 } });
    const [first, second] = [await make(rig), await make(rig)];
    for (let asked = 0; asked < 5; asked++) expect((await read(rig, first.path)).status).toBe(200);
    const refused = await read(rig, first.path);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("12");
    expect(JSON.parse(refused.text)).toMatchObject({ code: "rate_limited" });
    expect((await read(rig, second.path)).status).toBe(200);
  });

  test("tells its route to the log, never the address", async () => {
    const told: string[] = [];
    const rig = await rigWithAda({ onAnswered: (answered) => told.push(JSON.stringify(answered)) });
    const { path } = await make(rig);
    await read(rig, path);
    expect(told.at(-1)).toContain('"route":"/calendar/{file}"');
    expect(told.join()).not.toContain(path.slice("/calendar/".length, -4));
  });

  test("ends with its recipient", async () => {
    const rig = await rigWithAda();
    const { path } = await make(rig);
    await rig.send({ method: "DELETE", path: "/v1/recipients/ada" });
    expect((await read(rig, path)).status).toBe(404);
  });
});
