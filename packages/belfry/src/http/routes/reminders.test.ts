import { describe, expect, test } from "vitest";
import { createApiRig, TENANT } from "../app-fixture.ts";
import { cancelledReminderSchema, reminderPageSchema, reminderSchema } from "../schemas/reminder.ts";

const REMINDER = { schedule: { at: "2026-12-01T09:00:00+01:00" }, to: { channel: "inbox" }, message: "Ring" };

describe("POST /v1/reminders", () => {
  test("create() answers 201 with the whole reminder", async () => {
    const { send } = await createApiRig();
    const { status, body, headers } = await send({ method: "POST", path: "/v1/reminders", body: REMINDER });
    expect(status).toBe(201);
    expect(headers.get("location")).toBe(`/v1/reminders/${body.id}`);
    expect(reminderSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^rem_[0-9a-z]{26}$/),
      state: "active",
      revision: 1,
      schedule: REMINDER.schedule,
      timeZone: null,
      to: { channel: "inbox" },
      content: { text: "Ring" },
      catchUp: "latest",
      usefulFor: "P7D",
      retry: { maxAttempts: 5, initial: "PT5S", max: "PT2H", jitter: "full" },
      inDoubt: "resend",
      metadata: {},
      next: { nominal: "2026-12-01T08:00:00Z", due: "2026-12-01T08:00:00Z", resolution: { kind: "exact" } },
      createdAt: "2026-03-01T00:00:00Z",
      updatedAt: "2026-03-01T00:00:00Z",
    });
  });

  test("create() keeps every option when all are given", async () => {
    const { send } = await createApiRig();
    const options = {
      to: { channel: "webhook", address: "https://example.com/hook" },
      catchUp: "all",
      usefulFor: "PT36H",
      retry: { maxAttempts: 3, initial: "PT0.05S", max: "PT10M" },
      inDoubt: "hold",
      metadata: { order: 7, team: "blue", urgent: true },
    };
    const content = { title: "Hi", text: "Ring", html: "<b>Ring</b>", data: [1, { a: null }] };
    const schedule = { cron: "30 8 * * 1-5", timeZone: "Europe/Paris" };
    const body = { ...options, schedule, content };
    const created = await send({ method: "POST", path: "/v1/reminders", body });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ ...options, schedule, content, usefulFor: "P1DT12H" });
  });

  test.each([
    [{ at: "2026-12-01T09:00:00Z" }, null],
    [{ in: "PT15M" }, null],
    [{ every: "PT15M" }, null],
    [{ at: "2026-12-01T09:00" }, TENANT.timeZone],
    [{ at: "2026-12-01T09:00", timeZone: "Asia/Tokyo" }, "Asia/Tokyo"],
    [{ cron: "0 9 * * *" }, TENANT.timeZone],
    [{ cron: "0 9 * * *", timeZone: "Asia/Tokyo" }, "Asia/Tokyo"],
  ])(
    "create() tells the zone that the rule is read in when the schedule is %j",
    async (schedule, timeZone) => {
      const { send } = await createApiRig();
      const { body } = await send({ method: "POST", path: "/v1/reminders", body: { ...REMINDER, schedule } });
      expect(body.timeZone).toBe(timeZone);
      expect(body.next).toMatchObject({ resolution: { timeZone } });
    },
  );

  test("create() takes every kind of schedule when it is right", async () => {
    const { send } = await createApiRig();
    const schedules = [
      { at: "2026-12-01T09:00", timeZone: "Asia/Tokyo" },
      { in: "PT15M" },
      { every: "PT15M", count: 3 },
      { cron: "0 9 * * *" },
      { rrule: "FREQ=MONTHLY;BYDAY=-1FR", start: "2026-01-30T17:00" },
      { yearly: { on: "03-15", time: "09:00" } },
      { text: "every weekday at 8:30" },
    ];
    for (const schedule of schedules) {
      const { status, body } = await send({
        method: "POST",
        path: "/v1/reminders",
        body: { ...REMINDER, schedule },
      });
      expect({ schedule, status, detail: body.detail }).toEqual({
        schedule,
        status: 201,
        detail: undefined,
      });
    }
  });

  test("create() sends to an endpoint when it is named", async () => {
    const { send } = await createApiRig();
    const endpoint = { name: "billing", url: "https://example.com/" };
    await send({ method: "POST", path: "/v1/endpoints", body: endpoint });
    const body = { ...REMINDER, to: { endpoint: "billing" } };
    const created = await send({ method: "POST", path: "/v1/reminders", body });
    expect(created.status).toBe(201);
    expect(created.body.to).toEqual({ endpoint: "billing" });
  });
});

describe("GET /v1/reminders", () => {
  test("get() finds a reminder of its own tenant only", async () => {
    const { send } = await createApiRig();
    const created = await send({ method: "POST", path: "/v1/reminders", body: REMINDER });
    const path = `/v1/reminders/${created.body.id}`;
    const read = await send({ path });
    expect(read.body).toEqual(created.body);
    for (const { headers } of [created, read]) expect(headers.get("etag")).toBe('"1"');
    expect((await send({ path, key: "stranger" })).status).toBe(404);
    const unknown = await send({ path: "/v1/reminders/rem_nope" });
    expect(unknown).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(unknown.body.detail).toBe('Cannot read the reminder: there is none with the id "rem_nope"');
  });

  test("list() walks through all pages when it follows the cursor", async () => {
    const { send } = await createApiRig();
    for (let i = 0; i < 5; i++) {
      await send({ method: "POST", path: "/v1/reminders", body: { ...REMINDER, message: `${i}` } });
    }
    const seen: unknown[] = [];
    let path: string | null = "/v1/reminders?limit=2&state=active";
    while (path !== null) {
      const { status, body, headers } = await send({ path });
      expect(status).toBe(200);
      expect(reminderPageSchema.parse(body)).toEqual(body);
      seen.push(...(body.items as { content: { text: string } }[]).map((item) => item.content.text));
      const link = headers.get("link");
      expect(link === null).toBe(body.nextCursor === null);
      path = link === null ? null : (/^<(.+)>; rel="next"$/.exec(link)?.[1] ?? null);
      if (path !== null) expect(path).toContain("state=active");
    }
    expect(seen).toEqual(["4", "3", "2", "1", "0"]);
  });

  test("list() shows only a state when one is asked for", async () => {
    const { send } = await createApiRig();
    const { body } = await send({ method: "POST", path: "/v1/reminders", body: REMINDER });
    await send({ method: "DELETE", path: `/v1/reminders/${body.id}` });
    expect((await send({ path: "/v1/reminders?state=active" })).body.items).toEqual([]);
    expect((await send({ path: "/v1/reminders?state=cancelled" })).body.items).toHaveLength(1);
  });
});

describe("DELETE /v1/reminders/{id}", () => {
  test("cancel() tells how many deliveries it kept from being sent, and is as good twice", async () => {
    const { send } = await createApiRig();
    const near = { ...REMINDER, schedule: { in: "PT5M" } };
    const { body } = await send({ method: "POST", path: "/v1/reminders", body: near });
    const path = `/v1/reminders/${body.id}`;
    const cancelled = await send({ method: "DELETE", path });
    expect(cancelled.status).toBe(200);
    expect(cancelledReminderSchema.parse(cancelled.body)).toEqual(cancelled.body);
    expect(cancelled.body).toMatchObject({ state: "cancelled", next: null, cancelled: 1, inFlight: 0 });
    const again = await send({ method: "DELETE", path });
    expect(again).toMatchObject({ status: 200, body: { state: "cancelled", cancelled: 0, inFlight: 0 } });
    expect((await send({ method: "DELETE", path: "/v1/reminders/rem_nope" })).status).toBe(404);
  });

  test("cancel() cancels only the revision that If-Match names", async () => {
    const { send } = await createApiRig();
    const { body } = await send({ method: "POST", path: "/v1/reminders", body: REMINDER });
    const path = `/v1/reminders/${body.id}`;
    const stale = await send({ method: "DELETE", path, headers: { "if-match": '"2"' } });
    expect(stale).toMatchObject({ status: 412, body: { code: "precondition_failed" } });
    expect(stale.headers.get("etag")).toBe('"1"');
    expect((await send({ path })).body.state).toBe("active");
    const broken = await send({ method: "DELETE", path, headers: { "if-match": "" } });
    expect(broken).toMatchObject({ status: 400, body: { errors: [{ path: "/If-Match" }] } });
    const cancelled = await send({ method: "DELETE", path, headers: { "if-match": '"1"' } });
    expect(cancelled).toMatchObject({ status: 200, body: { state: "cancelled", revision: 2 } });
    expect(cancelled.headers.get("etag")).toBe('"2"');
  });
});
