import { describe, expect, test } from "vitest";
import { createApiRig } from "./app-fixture.ts";

describe("createApp()", () => {
  test("answers 404 to a path that there is not", async () => {
    const { send } = await createApiRig();
    for (const path of ["/v1/nothing", "/v1/reminders/", "/v2/reminders", "/v1"]) {
      const got = await send({ path });
      expect(got).toMatchObject({ status: 404, body: { code: "not_found" } });
      expect(got.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  test("refuses a query where none is taken, unless no key is asked for", async () => {
    const { send } = await createApiRig();
    const got = await send({ method: "POST", path: "/v1/deliveries/retry?dryRun=true" });
    expect(got).toMatchObject({
      status: 400,
      body: {
        code: "invalid_input",
        errors: [{ path: "/dryRun", value: "true", allowed: "no field at all" }],
      },
    });
    expect((await send({ path: "/v1/stats?window=PT1H" })).status).toBe(400);
    expect((await send({ path: "/v1/stats?" })).status).toBe(200);
    expect((await send({ path: "/healthz?from=probe" })).status).toBe(200);
  });

  test("answers 405 with Allow to a method that a path does not take", async () => {
    const { send } = await createApiRig();
    const got = await send({ method: "PUT", path: "/v1/reminders/rem_1" });
    expect(got).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
    expect(got.headers.get("allow")).toBe("DELETE, GET, HEAD, OPTIONS, PATCH");
    const batch = await send({ method: "PUT", path: "/v1/reminders/batch" });
    expect(batch.headers.get("allow")).toContain("POST");
    expect((await send({ method: "POST", path: "/healthz" })).status).toBe(405);
  });

  test("answers OPTIONS with Allow, and HEAD as GET without a body", async () => {
    const { send } = await createApiRig();
    const options = await send({ method: "OPTIONS", path: "/v1/reminders", key: null });
    expect(options.status).toBe(204);
    expect(options.headers.get("allow")).toBe("GET, HEAD, OPTIONS, POST");
    const head = await send({ method: "HEAD", path: "/v1/reminders" });
    expect(head).toMatchObject({ status: 200, body: {} });
    expect(head.headers.get("content-type")).toBe("application/json");
    expect((await send({ method: "HEAD", path: "/v1/reminders", key: null })).status).toBe(401);
  });

  test("gives back a sane x-request-id and makes one else", async () => {
    const { send } = await createApiRig();
    const idOf = async (headers: Record<string, string>, path = "/healthz") =>
      (await send({ path, headers })).headers.get("x-request-id");
    expect(await idOf({ "x-request-id": "trace-1.2:3" })).toBe("trace-1.2:3");
    expect(await idOf({ "x-request-id": "trace-1.2:3" }, "/nothing")).toBe("trace-1.2:3");
    expect(await idOf({ "x-request-id": "<script>" })).toMatch(/^req_/);
    expect(await idOf({ "x-request-id": "a".repeat(129) })).toMatch(/^req_/);
    expect(await idOf({})).not.toBe(await idOf({}));
  });

  test("answers 500 without its insides, and logs them under the request's id", async () => {
    const findReminder = () => Promise.reject(new TypeError("the inside"));
    const { send, logged } = await createApiRig({ store: { findReminder } });
    const got = await send({ path: "/v1/reminders/rem_1", headers: { "x-request-id": "trace-1" } });
    expect(got).toMatchObject({ status: 500, body: { code: "internal_error", instance: "trace-1" } });
    expect(JSON.stringify(got.body)).not.toContain("the inside");
    expect(logged).toMatchObject([
      ["Cannot answer a request", { requestId: "trace-1", method: "GET", path: "/v1/reminders/{id}" }],
    ]);
  });

  test("keeps answers out of caches and browsers' guesses", async () => {
    const { headers } = await (await createApiRig()).send({ path: "/v1/reminders" });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });
});
