import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig, type Got, TENANT } from "../app-fixture.ts";
import { errorAt as findError } from "./reminder-fixture.ts";

const errorAt = (got: Got, path: string) =>
  findError(got, path) as { value: unknown; allowed: string } | undefined;

const BIRTHDAY = {
  name: "Birthdays",
  schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } },
  message: "Hey, {{ recipient.fullName }} it's your birthday",
};
const DAILY = { name: "Daily", schedule: { cron: "0 9 * * *" }, message: "Hi" };

const webhook = (name: string) => ({ webhook: `https://${name}.test/` });

async function people(rig: ApiRig): Promise<void> {
  const some = [
    {
      externalId: "ada",
      addresses: webhook("ada"),
      timeZone: "Europe/Paris",
      dates: { birthday: "--03-29" },
    },
    {
      externalId: "bob",
      addresses: webhook("bob"),
      timeZone: "America/New_York",
      dates: { birthday: "1990-03-08" },
    },
    { externalId: "cyd", addresses: webhook("cyd"), tags: ["vip"], attributes: { plan: "gold" } },
    { externalId: "dan", tags: ["vip"], dates: { birthday: "--04-01" } },
  ];
  for (const body of some) {
    const { status } = await rig.send({ method: "POST", path: "/v1/recipients", body });
    if (status !== 201) throw new Error("Cannot test: a recipient is refused");
  }
  await rig.engine.inStep();
}

async function make(rig: ApiRig, body: object = BIRTHDAY): Promise<Got["body"]> {
  await rig.store.ensureTenant({ ...TENANT, nowMs: rig.clock.now() });
  const created = await rig.send({ method: "POST", path: "/v1/campaigns", body });
  if (created.status !== 201) throw new Error(`Cannot make it: ${JSON.stringify(created.body)}`);
  await rig.engine.inStep();
  return created.body;
}

const post = (rig: ApiRig, path: string, body?: object, headers?: Record<string, string>) =>
  rig.send({ method: "POST", path, ...(body ? { body } : {}), ...(headers ? { headers } : {}) });

/** What is wrong, where, what the answer shows of it, and what it says is allowed. */
const WRONG: [string, object, string, unknown, RegExp][] = [
  ["no name", { name: undefined }, "/name", undefined, /1 to 100 characters/],
  ["an empty name", { name: "" }, "/name", "", /1 to 100 characters/],
  ["a name that is no text", { name: 7 }, "/name", 7, /1 to 100 characters/],
  ["an unknown field", { to: { channel: "inbox" } }, "/to", expect.anything(), /only name, audience/],
  ["an audience that is a list", { audience: [] }, "/audience", [], /tags and attributes/],
  ["an unknown part of an audience", { audience: { city: "x" } }, "/audience/city", "x", /only tags/],
  ["tags that are a text", { audience: { tags: "vip" } }, "/audience/tags", "vip", /at most 20 tags/],
  ["a tag with a comma", { audience: { tags: ["a,b"] } }, "/audience/tags/0", "a,b", /without commas/],
  [
    "attributes that are a list",
    { audience: { attributes: ["plan"] } },
    "/audience/attributes",
    ["plan"],
    /at most 20 attributes/,
  ],
  [
    "an attribute that is an object",
    { audience: { attributes: { plan: {} } } },
    "/audience/attributes/plan",
    {},
    /a text, a number/,
  ],
  [
    "an attribute under no name",
    { audience: { attributes: { "a=b": 1 } } },
    "/audience/attributes/a=b",
    "a=b",
    /attributes/,
  ],
  [
    "too many attributes",
    { audience: { attributes: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`a${n}`, n])) } },
    "/audience/attributes",
    expect.anything(),
    /at most 20/,
  ],
  ["no channels", { channels: [] }, "/channels", [], /1 to 16 names/],
  ["a channel twice", { channels: ["webhook", "webhook"] }, "/channels/1", "webhook", /each channel once/],
  ["an unknown channel", { channels: ["pigeon"] }, "/channels/0", "pigeon", /one of/],
  ["an unknown endpoint", { endpoint: "nobody" }, "/endpoint", "nobody", /has been made/],
  ["an endpoint of no name", { endpoint: "A B" }, "/endpoint", "A B", /lower-case letters/],
  [
    "channels beside an endpoint",
    { endpoint: "x", channels: ["webhook"] },
    "/channels",
    ["webhook"],
    /or channels/,
  ],
  ["a mode beside an endpoint", { endpoint: "x", mode: "all" }, "/mode", "all", /or channels/],
  ["an unknown mode", { mode: "some" }, "/mode", "some", /one of all, first/],
  ["no words", { message: undefined }, "/message", undefined, /content instead/],
  ["message and content", { content: { text: "a" } }, "/message", expect.anything(), /one of the two/],
  [
    "an unknown variable",
    { message: "Hi {{ recipient.nick }}" },
    "/content/text",
    "recipient.nick",
    /recipient.fullName/,
  ],
  ["a schedule that is none", { schedule: "soon" }, "/schedule", "soon", /exactly one of at, in/],
  ["a spread of no duration", { spread: "5m" }, "/spread", "5m", /ISO 8601/],
  ["a digest of no duration", { eventsWithin: "a week" }, "/eventsWithin", "a week", /from PT1H to P366D/],
  ["an urgency that is a text", { urgent: "yes" }, "/urgent", "yes", /true or false/],
  ["a repeat without an end", { repeat: { every: "PT10M" } }, "/repeat/max", undefined, /whole number/],
  ["metadata with a list in it", { metadata: { a: [] } }, "/metadata/a", [], /a text/],
];

describe("POST /v1/campaigns", () => {
  test("starts a campaign, whose reminders are made in the background, and shows how far that is", async () => {
    const rig = await createApiRig();
    await people(rig);
    const made = await make(rig, {
      ...BIRTHDAY,
      audience: { tags: [], attributes: {} },
      metadata: { team: "blue" },
      mode: "first",
      eventsWithin: "P7D",
    });
    expect(made).toMatchObject({
      name: "Birthdays",
      state: "active",
      revision: 1,
      content: { text: BIRTHDAY.message },
      channels: null,
      mode: "first",
      usefulFor: "P7D",
      eventsWithin: "P7D",
      metadata: { team: "blue" },
      progress: { isWalking: true, lookedAt: 0, matched: 0 },
      trigger: null,
    });
    const got = await rig.send({ path: `/v1/campaigns/${made.id}` });
    expect(got.body.progress).toEqual({ isWalking: false, lookedAt: 4, matched: 4 });
    expect(got.headers.get("etag")).toBe('"1"');
    const { body } = await rig.send({ path: "/v1/reminders" });
    const reminders = body.items as Got["body"][];
    expect(reminders.map(({ campaignId }) => campaignId)).toEqual([made.id, made.id, made.id]);
    expect(reminders[0]).toMatchObject({ content: { text: BIRTHDAY.message }, metadata: { team: "blue" } });
  });

  test("is done once for each Idempotency-Key", async () => {
    const rig = await createApiRig();
    const headers = { "idempotency-key": "one" };
    const first = await post(rig, "/v1/campaigns", DAILY, headers);
    const second = await post(rig, "/v1/campaigns", DAILY, headers);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(second.headers.get("location")).toBe(`/v1/campaigns/${first.body.id}`);
    expect((await rig.send({ path: "/v1/campaigns" })).body.items).toHaveLength(1);
    const other = await post(rig, "/v1/campaigns", BIRTHDAY, headers);
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });

  test.each(WRONG)("refuses %s", async (_name, change, path, value, allowed) => {
    const rig = await createApiRig();
    const refused = await post(rig, "/v1/campaigns", { ...BIRTHDAY, ...change });
    expect(refused.status).toBe(400);
    const error = errorAt(refused, path);
    expect(error?.allowed).toMatch(allowed);
    if (value !== undefined) expect(error?.value).toEqual(value);
    const preview = await post(rig, "/v1/campaigns/preview", { ...BIRTHDAY, ...change });
    expect(errorAt(preview, path)?.allowed).toMatch(allowed);
    expect((await rig.send({ path: "/v1/campaigns" })).body.items).toEqual([]);
  });

  test.each([
    ["past_schedule", { at: "2020-01-01T00:00:00Z" }],
    ["impossible_schedule", { yearly: { on: "02-30", time: "09:00" } }],
    ["unknown_time_zone", { cron: "0 9 * * *", timeZone: "EST" }],
    ["exhausted_schedule", { cron: "0 9 * * *", until: "2020-01-01" }],
  ])("refuses a schedule with the code %s", async (code, schedule) => {
    const rig = await createApiRig();
    expect(await post(rig, "/v1/campaigns", { ...DAILY, schedule })).toMatchObject({
      status: 400,
      body: { code },
    });
  });
});

describe("PATCH /v1/campaigns/{id}", () => {
  test("replaces what is given, under If-Match, and brings defaults back with null", async () => {
    const rig = await createApiRig();
    const { id } = await make(rig, { ...DAILY, channels: ["webhook"], audience: { tags: ["vip"] } });
    const path = `/v1/campaigns/${id}`;
    const patch = (body: object, tag = '"1"') =>
      rig.send({ method: "PATCH", path, body, headers: { "if-match": tag } });
    expect(await patch({ name: "x" }, '"9"')).toMatchObject({
      status: 412,
      body: { code: "precondition_failed" },
    });
    const changed = await patch({ name: "Mornings", channels: null, audience: null, message: "Hello" });
    expect(changed).toMatchObject({
      status: 200,
      body: { name: "Mornings", channels: null, audience: {}, content: { text: "Hello" }, revision: 2 },
    });
    expect(changed.headers.get("etag")).toBe('"2"');
  });

  test.each([
    ["nothing", {}, ""],
    ["a name that is null", { name: null }, "/name"],
    ["an unknown field", { state: "paused" }, "/state"],
    ["an unknown channel", { channels: ["pigeon"] }, "/channels/0"],
    ["message and content", { message: "a", content: { text: "b" } }, "/message"],
  ])("refuses %s", async (_name, body, path) => {
    const rig = await createApiRig();
    const { id } = await make(rig, DAILY);
    const refused = await rig.send({ method: "PATCH", path: `/v1/campaigns/${id}`, body });
    expect(refused.status).toBe(400);
    expect(errorAt(refused, path)).toBeDefined();
  });

  test("finds no campaign that there is not, nor another tenant's", async () => {
    const rig = await createApiRig();
    const { id } = await make(rig, DAILY);
    const body = { name: "x" };
    const nobody = await rig.send({ method: "PATCH", path: "/v1/campaigns/cmp_none", body });
    expect(nobody.status).toBe(404);
    const theirs = { method: "PATCH", path: `/v1/campaigns/${id}`, body, key: "stranger" as const };
    expect((await rig.send(theirs)).status).toBe(404);
  });
});

describe("POST /v1/campaigns/{id}/…", () => {
  test("pauses, resumes and stops, each twice as good as once, and says what does not fit", async () => {
    const rig = await createApiRig();
    const { id } = await make(rig, DAILY);
    const path = `/v1/campaigns/${id}`;
    for (const _ of [1, 2])
      expect((await post(rig, `${path}/pause`)).body).toMatchObject({ state: "paused", revision: 2 });
    expect((await post(rig, `${path}/trigger`)).body).toMatchObject({ code: "campaign_paused" });
    const resumed = await post(rig, `${path}/resume`, { missed: "none" });
    expect(resumed.body).toMatchObject({ state: "active", revision: 3 });
    expect((await post(rig, `${path}/resume`, { missed: "some" })).status).toBe(400);
    expect((await post(rig, `${path}/stop`, undefined, { "if-match": '"1"' })).status).toBe(412);
    for (const _ of [1, 2])
      expect((await post(rig, `${path}/stop`)).body).toMatchObject({ state: "stopped", revision: 4 });
    for (const action of ["pause", "resume", "trigger"])
      expect(await post(rig, `${path}/${action}`)).toMatchObject({
        status: 409,
        body: { code: "campaign_stopped" },
      });
    const patch = await rig.send({ method: "PATCH", path, body: { name: "x" } });
    expect(patch.body).toMatchObject({ code: "campaign_stopped" });
    expect((await post(rig, "/v1/campaigns/cmp_none/pause")).status).toBe(404);
  });

  test("triggers all of it once for each Idempotency-Key", async () => {
    const rig = await createApiRig();
    await people(rig);
    const { id } = await make(rig, DAILY);
    const path = `/v1/campaigns/${id}/trigger`;
    const headers = { "idempotency-key": "ring" };
    const first = await post(rig, path, {}, headers);
    expect(first.body.trigger).toMatchObject({ rung: 0 });
    expect((await post(rig, path)).body).toMatchObject({ code: "campaign_ringing" });
    await rig.engine.inStep();
    expect((await post(rig, path, {}, headers)).headers.get("idempotency-replayed")).toBe("true");
    await rig.engine.inStep();
    const { body } = await rig.send({ path: "/v1/deliveries?limit=100" });
    expect((body.items as unknown[]).length).toBe(4);
  });
});

describe("a campaign's preview", () => {
  test("tells to how many it goes, when next, in which zones, and what clock changes do", async () => {
    const rig = await createApiRig();
    await people(rig);
    const schedule = { yearly: { on: { recipientDate: "birthday" }, time: "02:30" } };
    const { status, body } = await post(rig, "/v1/campaigns/preview?count=2", { ...BIRTHDAY, schedule });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      text: "every year on the recipient's birthday at 02:30, each in their own zone",
      recipients: 4,
      lookedAt: 4,
      isComplete: true,
      withoutDate: 1,
      unreachable: 1,
      over: 0,
    });
    // Both birthdays fall into the hour that the clocks leave out there.
    expect(body.upcoming).toMatchObject([
      {
        due: "2026-03-08T07:30:00Z",
        timeZone: "America/New_York",
        recipients: 1,
        resolution: { kind: "gap" },
      },
      { due: "2026-03-29T01:30:00Z", timeZone: "Europe/Paris", recipients: 1, resolution: { kind: "gap" } },
    ]);
    const zones = body.timeZones as Got["body"][];
    expect(zones.map(({ timeZone, recipients }) => [timeZone, recipients])).toEqual([
      ["Europe/Paris", 2],
      ["America/New_York", 1],
    ]);
    expect(zones[0]?.clockChanges).toMatchObject([
      { at: "2026-03-29T01:00:00Z", shift: 60, recipients: 1, note: expect.stringContaining("is skipped") },
      {
        at: "2026-10-25T01:00:00Z",
        shift: -60,
        recipients: 0,
        note: expect.stringContaining("clocks go back"),
      },
    ]);
    expect((await rig.send({ path: "/v1/campaigns" })).body.items).toEqual([]);
  });

  test("of a saved one is as it is now; of a stopped one, nothing", async () => {
    const rig = await createApiRig();
    await people(rig);
    const { id } = await make(rig, { ...DAILY, audience: { tags: ["vip"], attributes: { plan: "gold" } } });
    const path = `/v1/campaigns/${id}/preview`;
    const { body } = await rig.send({ path: `${path}?count=3` });
    expect(body).toMatchObject({ recipients: 1, text: "every day at 09:00, each in their own zone" });
    expect((body.upcoming as Got["body"][]).map(({ nominal }) => nominal)).toEqual([
      "2026-03-01T09:00",
      "2026-03-02T09:00",
      "2026-03-03T09:00",
    ]);
    await post(rig, `/v1/campaigns/${id}/stop`);
    expect((await rig.send({ path })).body).toMatchObject({ recipients: 0, upcoming: [] });
    expect((await rig.send({ path: "/v1/campaigns/cmp_none/preview" })).status).toBe(404);
    expect((await rig.send({ path: `${path}?count=0` })).status).toBe(400);
  });
});

describe("a reminder that a campaign keeps", () => {
  test("is shown with the campaign's words, and neither edited nor cancelled by itself", async () => {
    const rig = await createApiRig();
    await people(rig);
    const { id } = await make(rig, { ...DAILY, audience: { attributes: { plan: "gold" } } });
    const { body } = await rig.send({ path: "/v1/reminders" });
    const [reminder] = body.items as Got["body"][];
    const path = `/v1/reminders/${reminder?.id}`;
    expect((await rig.send({ path })).body).toMatchObject({ campaignId: id, content: { text: "Hi" } });
    expect((await post(rig, `${path}/pause`)).body).toMatchObject({
      state: "paused",
      content: { text: "Hi" },
    });
    const patch = await rig.send({ method: "PATCH", path, body: { message: "x" } });
    expect(patch).toMatchObject({ status: 409, body: { code: "kept_by_campaign" } });
    const removal = await rig.send({ method: "DELETE", path });
    expect(removal).toMatchObject({ status: 409, body: { code: "kept_by_campaign" } });
  });
});
