import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig } from "../app-fixture.ts";
import { changedReminderSchema } from "../schemas/reminder.ts";
import { errorAt, NEAR, REMINDER, remind } from "./reminder-fixture.ts";

const OPTIONS = {
  catchUp: "all",
  usefulFor: "PT2H",
  retry: { maxAttempts: 3, initial: "PT1S", max: "PT1M" },
  inDoubt: "hold",
  metadata: { order: 7 },
};

function patch(rig: ApiRig, path: string, body: unknown, headers: Record<string, string> = {}) {
  return rig.send({ method: "PATCH", path, body, headers });
}

describe("PATCH /v1/reminders/{id}", () => {
  test("update() replaces what is given and leaves the rest", async () => {
    const rig = await createApiRig();
    const path = await remind(rig, { ...REMINDER, ...OPTIONS });
    const content = { title: "New", data: { a: 1 } };
    const { status, body, headers } = await patch(rig, path, { content });
    expect(status).toBe(200);
    expect(changedReminderSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ ...OPTIONS, content, schedule: REMINDER.schedule, to: REMINDER.to });
    expect(body).toMatchObject({ revision: 2, withdrawn: 0, planned: 0, inFlight: 0 });
    expect(headers.get("etag")).toBe('"2"');
    expect((await rig.send({ path })).body).toMatchObject({ revision: 2, content });
  });

  test("update() leaves a reminder and its revision alone when it is that already", async () => {
    const rig = await createApiRig();
    const path = await remind(rig, { ...REMINDER, ...OPTIONS });
    const before = await rig.send({ path });
    const same = await patch(rig, path, { ...REMINDER, ...OPTIONS }, { "if-match": '"1"' });
    expect(same).toMatchObject({ status: 200, body: { ...before.body, withdrawn: 0, inFlight: 0 } });
    expect(same.headers.get("etag")).toBe('"1"');
  });

  test("update() plans anew what waits", async () => {
    const rig = await createApiRig();
    const path = await remind(rig, NEAR);
    const schedule = { every: "PT10M" };
    const { body } = await patch(rig, path, { schedule, to: { channel: "inbox" } });
    expect(body).toMatchObject({ schedule, to: { channel: "inbox" }, next: { due: "2026-03-01T00:10:00Z" } });
    expect(body).toMatchObject({ planned: 1, inFlight: 0 });
    await rig.engine.start();
    await rig.clock.advance(12 * 60_000);
    const sent = await rig.send({ path: `/v1/deliveries?state=delivered` });
    expect(sent.body.items).toMatchObject([{ due: "2026-03-01T00:10:00Z", channel: "inbox" }]);
    await rig.engine.stop();
  });

  test("update() brings defaults back with null, and takes retry whole", async () => {
    const rig = await createApiRig();
    const path = await remind(rig, { ...REMINDER, ...OPTIONS });
    const retried = await patch(rig, path, { retry: { maxAttempts: 9 } });
    expect(retried.body.retry).toEqual({ maxAttempts: 9, initial: "PT5S", max: "PT2H", jitter: "full" });
    const nulls = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, null]));
    const { status, body } = await patch(rig, path, nulls);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      catchUp: "latest",
      usefulFor: "P1D",
      retry: { maxAttempts: 5, initial: "PT5S", max: "PT2H", jitter: "full" },
      inDoubt: "resend",
      metadata: {},
    });
  });

  test("update() takes a message for a content of that text, and merge-patch+json", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const type = { "content-type": "application/merge-patch+json" };
    const { status, body } = await patch(rig, path, { message: "New" }, type);
    expect(status).toBe(200);
    expect(body.content).toEqual({ text: "New" });
  });

  test.each([
    ["nothing", {}, "", {}, /at least one of schedule, to, message/],
    ["an unknown field", { colour: "red" }, "/colour", "red", /^only schedule, to, message/],
    ["a list", [], "", [], /./],
    ["no schedule", { schedule: null }, "/schedule", null, /./],
    ["an unknown kind of schedule", { schedule: { never: 1 } }, "/schedule", { never: 1 }, /./],
    ["a broken cron", { schedule: { cron: "61 * * * *" } }, "/schedule/cron", "61 * * * *", /./],
    ["a past instant", { schedule: { at: "2020-01-01T00:00Z" } }, "/schedule/at", "2020-01-01T00:00Z", /./],
    [
      "no target",
      { to: null },
      "/to",
      null,
      "a JSON object with channel, address, endpoint, recipient, channels, mode",
    ],
    ["an unknown channel", { to: { channel: "pigeon" } }, "/to/channel", "pigeon", /inbox/],
    ["an unknown endpoint", { to: { endpoint: "nobody" } }, "/to/endpoint", "nobody", /./],
    [
      "an endpoint and a channel",
      { to: { endpoint: "a", channel: "inbox" } },
      "/to/channel",
      "inbox",
      /alone/,
    ],
    ["no message", { message: null }, "/message", null, "a text of 1 to 4096 characters"],
    ["an empty message", { message: "" }, "/message", "", "a text of 1 to 4096 characters"],
    ["message and content", { message: "a", content: { text: "b" } }, "/message", "a", /one of the two/],
    ["an empty content", { content: {} }, "/content", {}, /at least one/],
    ["an unknown part of content", { content: { body: 1 } }, "/content/body", 1, /^only title/],
    ["an unknown catchUp", { catchUp: "some" }, "/catchUp", "some", /^one of latest, all, none; null for/],
    ["a usefulFor in words", { usefulFor: "soon" }, "/usefulFor", "soon", /ISO 8601 duration/],
    ["a usefulFor of a wrong type", { usefulFor: 5 }, "/usefulFor", 5, /ISO 8601 duration .*; null for/],
    ["a retry of a wrong type", { retry: 5 }, "/retry", 5, /^a JSON object with .*; null for/],
    ["too many attempts", { retry: { maxAttempts: 101 } }, "/retry/maxAttempts", 101, /from 1 to 100/],
    [
      "an unknown field of retry",
      { retry: { x: 1 } },
      "/retry/x",
      1,
      "only maxAttempts, initial, max, jitter",
    ],
    ["an unknown inDoubt", { inDoubt: "drop" }, "/inDoubt", "drop", /^one of resend, hold; null for/],
    ["metadata that is a list", { metadata: [1] }, "/metadata", [1], /^a JSON object .*; null for/],
    ["metadata inside metadata", { metadata: { a: {} } }, "/metadata/a", {}, /^a text of at most/],
    ["a NUL in a text", { message: "\u0000" }, "/message", "\u0000", "Unicode text without NUL"],
  ])("update() names the field when there is %s", async (_name, body, at, value, allowed) => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const got = await patch(rig, path, body);
    expect(got.status).toBe(400);
    expect(errorAt(got, at), JSON.stringify(got.body)).toMatchObject({
      value,
      allowed: typeof allowed === "string" ? allowed : expect.stringMatching(allowed),
    });
    expect((await rig.send({ path })).body.revision).toBe(1);
  });

  test("update() changes only the revision that If-Match names, and tells the present one", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const etag = (await rig.send({ path })).headers.get("etag") ?? "";
    expect(etag).toBe('"1"');
    expect((await patch(rig, path, { message: "A" }, { "if-match": etag })).status).toBe(200);
    const late = await patch(rig, path, { message: "B" }, { "if-match": etag });
    expect(late).toMatchObject({ status: 412, body: { code: "precondition_failed" } });
    expect(late.headers.get("etag")).toBe('"2"');
    expect(late.body.detail).toContain("which is 2");
    expect((await rig.send({ path })).body).toMatchObject({ revision: 2, content: { text: "A" } });
    for (const weak of [`W/"2"`, '"abc"'])
      expect((await patch(rig, path, { message: "C" }, { "if-match": weak })).status).toBe(412);
    expect((await patch(rig, path, { message: "C" }, { "if-match": '"9", "2"' })).status).toBe(200);
    expect((await patch(rig, path, { message: "D" }, { "if-match": "*" })).status).toBe(200);
    const broken = await patch(rig, path, { message: "E" }, { "if-match": "4" });
    expect(broken.status).toBe(400);
    expect(errorAt(broken, "/If-Match")).toMatchObject({ value: "4" });
  });

  test("update() answers 404 to an id that there is not or is another's, and 409 once it is over", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    expect((await patch(rig, "/v1/reminders/rem_nope", { message: "A" })).status).toBe(404);
    const strange = await rig.send({ method: "PATCH", path, body: { message: "A" }, key: "stranger" });
    expect(strange).toMatchObject({ status: 404, body: { code: "not_found" } });
    await rig.send({ method: "DELETE", path });
    const over = await patch(rig, path, { message: "A" });
    expect(over).toMatchObject({ status: 409, body: { code: "reminder_over" } });
    expect(over.body.detail).toBe("Cannot change the reminder: it is cancelled");
  });

  test("update() refuses a key that may only read", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    expect((await rig.send({ method: "PATCH", path, body: { message: "A" }, key: "read" })).status).toBe(403);
  });
});
