import { describe, expect, test } from "vitest";
import { createApiRig } from "./app-fixture.ts";

const REMINDER = { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: "Ring" };
const KIB = 1024;

/** JSON of exactly so many bytes. */
function bodyOf(bytes: number, wrap: (reminder: object) => object = (reminder) => reminder): string {
  const make = (data: string) => JSON.stringify(wrap({ ...REMINDER, message: undefined, content: { data } }));
  return make("x".repeat(bytes - make("").length));
}

describe("readBody()", () => {
  test("takes 256 KiB and refuses a byte more", async () => {
    const { send } = await createApiRig();
    const path = "/v1/reminders";
    expect((await send({ method: "POST", path, body: bodyOf(256 * KIB) })).status).toBe(201);
    const refused = await send({ method: "POST", path, body: bodyOf(256 * KIB + 1) });
    expect(refused).toMatchObject({ status: 413, body: { code: "body_too_large" } });
  });

  test("refuses by the declared length, before it reads", async () => {
    const { send } = await createApiRig();
    const headers = { "content-length": String(256 * KIB + 1) };
    expect((await send({ method: "POST", path: "/v1/reminders", body: "{}", headers })).status).toBe(413);
  });

  test("takes batches of 8 MiB and refuses a byte more", async () => {
    const { send } = await createApiRig();
    const path = "/v1/reminders/batch";
    const wrap = (reminder: object) => ({ reminders: [reminder] });
    expect((await send({ method: "POST", path, body: bodyOf(8 * KIB * KIB, wrap) })).status).toBe(200);
    expect((await send({ method: "POST", path, body: bodyOf(8 * KIB * KIB + 1, wrap) })).status).toBe(413);
  });

  test.each([
    ["another type", { "content-type": "text/plain" }],
    ["another kind of JSON", { "content-type": "application/vnd.api+json" }],
    ["a problem", { "content-type": "application/problem+json" }],
    ["a merge patch that is no PATCH", { "content-type": "application/merge-patch+json" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["another charset", { "content-type": "application/json; charset=utf-16" }],
    ["another charset in quotes", { "content-type": 'application/json; charset="latin1"' }],
    ["a charset that only begins alike", { "content-type": "application/json; charset=utf-8x" }],
    ["a compressed body", { "content-encoding": "gzip" }],
  ])("answers 415 to %s", async (_name, headers) => {
    const { send } = await createApiRig();
    const got = await send({ method: "POST", path: "/v1/reminders", body: REMINDER, headers });
    expect(got).toMatchObject({ status: 415, body: { code: "unsupported_media_type" } });
  });

  test.each([
    "application/json; charset=utf-8",
    'application/json; charset="UTF-8"',
    "application/json;charset=utf8;v=1",
    "Application/JSON",
  ])("takes %s", async (type) => {
    const { send } = await createApiRig();
    const headers = { "content-type": type };
    const got = await send({ method: "POST", path: "/v1/reminders", body: REMINDER, headers });
    expect(got.status).toBe(201);
  });

  test.each([
    ["application/json", 200],
    ["application/merge-patch+json; charset=utf-8", 200],
    ["application/json-patch+json", 415],
  ])("answers a PATCH of the type %s with %i", async (type, status) => {
    const { send } = await createApiRig();
    const made = await send({ method: "POST", path: "/v1/reminders", body: REMINDER });
    const path = `/v1/reminders/${made.body.id}`;
    const headers = { "content-type": type };
    expect((await send({ method: "PATCH", path, body: { message: "New" }, headers })).status).toBe(status);
  });

  test("takes a body that is said to be as it is", async () => {
    const { send } = await createApiRig();
    const headers = { "content-encoding": "Identity" };
    expect((await send({ method: "POST", path: "/v1/reminders", body: REMINDER, headers })).status).toBe(201);
  });

  test("answers 400 to bytes that are not UTF-8", async () => {
    const { app } = await createApiRig();
    const headers = {
      authorization: "Bearer admin-key-of-thirty-two-characters",
      "content-type": "application/json",
    };
    const body = Uint8Array.of(0x22, 0xff, 0x22);
    const response = await app.request("/v1/reminders", { method: "POST", headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_json" });
  });
});
