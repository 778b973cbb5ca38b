import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { ADA, addRecipient } from "./recipient-fixture.ts";
import { errorAt } from "./reminder-fixture.ts";

const long = (count: number): string => "x".repeat(count);
const many = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`n${at}`, "2000-01-01"]));

/** What is wrong, where, what the answer shows of it, and what it says is allowed. */
const WRONG: [string, object, string, unknown, RegExp][] = [
  ["an unknown field", { nickname: "A" }, "/nickname", "A", /^only externalId, firstName/],
  ["an externalId that is no text", { externalId: 7 }, "/externalId", 7, /1 to 200 characters/],
  ["an empty externalId", { externalId: "" }, "/externalId", "", /1 to 200 characters/],
  [
    "an externalId like an id of Belfry's",
    { externalId: "rcp_1" },
    "/externalId",
    "rcp_1",
    /do not begin with rcp_/,
  ],
  ["a long externalId", { externalId: long(201) }, "/externalId", `${long(199)}…`, /1 to 200/],
  ["a first name that is no text", { firstName: ["A"] }, "/firstName", ["A"], /1 to 100 characters/],
  ["an empty first name", { firstName: " " }, "/firstName", " ", /1 to 100 characters/],
  ["a long last name", { lastName: long(101) }, "/lastName", long(101), /1 to 100 characters/],
  ["a full name of two lines", { fullName: "A\nB" }, "/fullName", "A\nB", /in one line/],
  [
    "addresses that are a list",
    { addresses: ["a"] },
    "/addresses",
    ["a"],
    /JSON object .* by the names of their channels/,
  ],
  ["too many addresses", { addresses: many(17) }, "/addresses", expect.anything(), /at most 16/],
  [
    "an address under no name",
    { addresses: { "E-Mail": "a@b.co" } },
    "/addresses/E-Mail",
    "E-Mail",
    /name of a channel/,
  ],
  [
    "an address that is no text",
    { addresses: { sms: 14155552671 } },
    "/addresses/sms",
    14155552671,
    /1 to 2048 characters/,
  ],
  ["an empty address", { addresses: { ntfy: "" } }, "/addresses/ntfy", "", /1 to 2048 characters/],
  [
    "a number without its country",
    { addresses: { sms: "415 555-2671" } },
    "/addresses/sms",
    "415 555-2671",
    /E\.164/,
  ],
  [
    "a number that is none",
    { addresses: { whatsapp: "+1415555" } },
    "/addresses/whatsapp",
    "+1415555",
    /E\.164/,
  ],
  [
    "a number with an extension",
    { addresses: { sms: "+1 415 555 2671 ext 5" } },
    "/addresses/sms",
    expect.anything(),
    /E\.164/,
  ],
  [
    "an e-mail with a name",
    { addresses: { email: "Ada <a@b.co>" } },
    "/addresses/email",
    "Ada <a@b.co>",
    /ada@example\.com/,
  ],
  [
    "an e-mail without a host",
    { addresses: { email: "ada" } },
    "/addresses/email",
    "ada",
    /ada@example\.com/,
  ],
  ["a chat that is none", { addresses: { telegram: "ada" } }, "/addresses/telegram", "ada", /chat id/],
  [
    "a chat id that is too large",
    { addresses: { telegram: "9999999999999999" } },
    "/addresses/telegram",
    "9999999999999999",
    /chat id/,
  ],
  [
    "a Slack URL without TLS",
    { addresses: { slack: "http://a.test/" } },
    "/addresses/slack",
    "http://a.test/",
    /https URL/,
  ],
  [
    "a Slack URL with a password",
    { addresses: { slack: "https://u:p@a.test/" } },
    "/addresses/slack",
    "https://[hidden]@a.test/",
    /without a user name/,
  ],
  [
    "a URL that its channel refuses",
    { addresses: { webhook: "http://a.test/" } },
    "/addresses/webhook",
    "http://a.test/",
    /^an https URL$/,
  ],
  ["channels that are a text", { channels: "sms" }, "/channels", "sms", /at most 16 names of channels/],
  ["a channel twice", { channels: ["sms", "sms"] }, "/channels/1", "sms", /each channel once/],
  ["a channel without a name", { channels: [""] }, "/channels/0", "", /name of a channel/],
  ["a zone that is an abbreviation", { timeZone: "EST" }, "/timeZone", "EST", /IANA time zone/],
  ["a zone that is an offset", { timeZone: "+02:00" }, "/timeZone", "+02:00", /IANA time zone/],
  ["a zone that is not there", { timeZone: "Mars/Olympus" }, "/timeZone", "Mars/Olympus", /IANA time zone/],
  ["a zone that is a number", { timeZone: 2 }, "/timeZone", 2, /IANA time zone/],
  ["a locale of POSIX", { locale: "en_GB" }, "/locale", "en_GB", /BCP 47/],
  ["a locale that is none", { locale: "english!" }, "/locale", "english!", /BCP 47/],
  ["dates that are a list", { dates: [] }, "/dates", [], /JSON object .* by their names/],
  ["too many dates", { dates: many(21) }, "/dates", expect.anything(), /at most 20/],
  ["a date under no name", { dates: { "b day": "1990-01-01" } }, "/dates/b day", "b day", /letters, digits/],
  [
    "a date that is not there",
    { dates: { birthday: "2001-02-29" } },
    "/dates/birthday",
    "2001-02-29",
    /a date that there is/,
  ],
  [
    "a day that is not there",
    { dates: { birthday: "--02-30" } },
    "/dates/birthday",
    "--02-30",
    /--02-28 without the year/,
  ],
  [
    "a date in the future",
    { dates: { birthday: "2026-03-02" } },
    "/dates/birthday",
    "2026-03-02",
    /not in the future/,
  ],
  [
    "a date in another form",
    { dates: { birthday: "28.2.1990" } },
    "/dates/birthday",
    "28.2.1990",
    /1990-02-28/,
  ],
  ["a date that is a number", { dates: { birthday: 19900228 } }, "/dates/birthday", 19900228, /1990-02-28/],
  ["quiet hours that are a text", { quietHours: "22-7" }, "/quietHours", "22-7", /JSON object with from, to/],
  [
    "quiet hours without an end",
    { quietHours: { from: "22:00" } },
    "/quietHours/to",
    undefined,
    /time of day/,
  ],
  [
    "quiet hours from 24:00",
    { quietHours: { from: "24:00", to: "07:00" } },
    "/quietHours/from",
    "24:00",
    /00:00 to 23:59/,
  ],
  [
    "quiet hours of no length",
    { quietHours: { from: "22:00", to: "22:00" } },
    "/quietHours/to",
    "22:00",
    /another time/,
  ],
  [
    "quiet hours on day 8",
    { quietHours: { from: "22:00", to: "07:00", days: [8] } },
    "/quietHours/days",
    [8],
    /1 \(Monday\) to 7/,
  ],
  [
    "quiet hours on no day",
    { quietHours: { from: "22:00", to: "07:00", days: [] } },
    "/quietHours/days",
    [],
    /1 to 7 days/,
  ],
  [
    "an unknown field of quiet hours",
    { quietHours: { from: "22:00", to: "07:00", zone: 1 } },
    "/quietHours/zone",
    1,
    /only from, to, days/,
  ],
  ["tags that are a text", { tags: "vip" }, "/tags", "vip", /at most 50 tags/],
  ["a tag with a comma", { tags: ["a,b"] }, "/tags/0", "a,b", /without commas/],
  ["a tag twice", { tags: ["a", "a"] }, "/tags/1", "a", /each tag once/],
  ["a long tag", { tags: [long(65)] }, "/tags/0", long(65), /1 to 64 characters/],
  [
    "too many tags",
    { tags: Array.from({ length: 51 }, (_, at) => `t${at}`) },
    "/tags",
    expect.anything(),
    /at most 50 tags/,
  ],
  ["attributes that are a list", { attributes: [1] }, "/attributes", [1], /JSON object/],
  [
    "an attribute under no name",
    { attributes: { "a=b": 1 } },
    "/attributes/a=b",
    "a=b",
    /without commas and equals signs/,
  ],
  [
    "too many attributes",
    { attributes: many(101) },
    "/attributes",
    expect.anything(),
    /at most 100 attributes/,
  ],
  [
    "attributes that are too large",
    { attributes: { a: long(17_000) } },
    "/attributes",
    expect.anything(),
    /16 KiB/,
  ],
];

describe("POST /v1/recipients", () => {
  test("stores a recipient in its proper form, and GET gives it by its id and by the externalId", async () => {
    const rig = await createApiRig();
    const created = await rig.send({ method: "POST", path: "/v1/recipients", body: ADA });
    expect(created.status).toBe(201);
    const id = String(created.body.id);
    expect(created.headers.get("location")).toBe(`/v1/recipients/${id}`);
    expect(created.headers.get("etag")).toBe('"1"');
    expect(created.body).toEqual({
      ...ADA,
      id: expect.stringMatching(/^rcp_\w{26}$/),
      revision: 1,
      fullName: null,
      addresses: { ...ADA.addresses, sms: "+14155552671" },
      timeZone: "America/New_York",
      locale: "en-GB",
      createdAt: "2026-03-01T00:00:00Z",
      updatedAt: "2026-03-01T00:00:00Z",
    });
    for (const name of [id, "user-1"])
      expect((await rig.send({ path: `/v1/recipients/${name}` })).body).toEqual(created.body);
  });

  test("takes an empty recipient, and today's date where the recipient is", async () => {
    const rig = await createApiRig();
    expect(await addRecipient(rig, {})).toMatchObject({
      externalId: null,
      addresses: {},
      timeZone: null,
      tags: [],
    });
    // It is the 1st in Auckland since noon of the 28th in UTC; the tests' clock shows the 1st in UTC.
    await rig.clock.advance(12 * 3_600_000);
    const born = { timeZone: "Pacific/Auckland", dates: { birthday: "2026-03-02" } };
    expect(await addRecipient(rig, born)).toMatchObject({ dates: { birthday: "2026-03-02" } });
  });

  test.each(WRONG)("names the field when there is %s", async (_name, change, path, value, allowed) => {
    const rig = await createApiRig();
    const got = await rig.send({ method: "POST", path: "/v1/recipients", body: change });
    expect(got).toMatchObject({ status: 400, body: { code: "invalid_input" } });
    const error = errorAt(got, path);
    expect(error, JSON.stringify(got.body)).toMatchObject({ allowed: expect.stringMatching(allowed) });
    expect((error as { value: unknown }).value).toEqual(value);
    expect((error as { message: string }).message).toMatch(/^(is|has|holds) /);
    expect((await rig.send({ path: "/v1/recipients" })).body).toMatchObject({ items: [] });
  });

  test("tells everything that is wrong at once, and gives advice about zones", async () => {
    const { send } = await createApiRig();
    const body = { firstName: "", timeZone: "paris", dates: { birthday: "x" }, tags: [1], more: 1 };
    const got = await send({ method: "POST", path: "/v1/recipients", body });
    const errors = got.body.errors as { path: string; message: string }[];
    expect(errors.map(({ path }) => path).sort()).toEqual(
      ["/dates/birthday", "/firstName", "/more", "/tags/0", "/timeZone"].sort(),
    );
    expect(errors.find(({ path }) => path === "/timeZone")?.message).toContain(
      'did you mean "Europe/Paris"?',
    );
  });

  test("refuses an externalId that another one of the tenant has, and keeps no receipt of that", async () => {
    const { send } = await createApiRig();
    const request = { method: "POST", path: "/v1/recipients", body: ADA };
    const first = await send({ ...request, headers: { "idempotency-key": "one" } });
    const again = await send({ ...request, headers: { "idempotency-key": "one" } });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const other = { ...request, headers: { "idempotency-key": "two" } };
    expect(await send(other)).toMatchObject({ status: 409, body: { code: "recipient_exists" } });
    expect((await send({ ...request, key: "stranger" })).status).toBe(201);
    await send({ method: "DELETE", path: `/v1/recipients/${first.body.id}` });
    expect((await send(other)).status).toBe(201);
  });
});
