import { describe, expect, test } from "vitest";
import { createApiRig, KEYS } from "./app-fixture.ts";

const path = "/v1/reminders";
const LIMIT = { quota: 2, windowMs: 60_000 };

const limitsOf = ({ headers }: { headers: Headers }) => ({
  policy: headers.get("ratelimit-policy"),
  limit: headers.get("ratelimit"),
});

describe("BELFRY_RATE_LIMIT", () => {
  test("is told of by every answer to a key, also by refusals", async () => {
    const { send } = await createApiRig({ rateLimit: { quota: 9, windowMs: 60_000 } });
    const told = (r: number) => ({ policy: '"key";q=9;w=60', limit: `"key";r=${r};t=7` });
    expect(limitsOf(await send({ path }))).toEqual(told(8));
    const wrong = await send({ method: "POST", path, body: {} });
    expect(wrong.status).toBe(400);
    expect(limitsOf(wrong)).toEqual(told(7));
    expect(limitsOf(await send({ path: `${path}/rem_none` }))).toEqual(told(6));
    const forbidden = await send({ path, key: "write" });
    expect(forbidden.status).toBe(403);
    expect(limitsOf(forbidden)).toEqual(told(8));
  });

  test("refuses what is over it with 429 and Retry-After, and lets in who waited", async () => {
    const { send, clock } = await createApiRig({ rateLimit: LIMIT });
    await send({ path });
    await send({ path });
    const refused = await send({ path });
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(limitsOf(refused)).toEqual({ policy: '"key";q=2;w=60', limit: '"key";r=0;t=30' });
    expect((await send({ path, key: "read" })).status).toBe(200);
    await clock.advance(29_999);
    expect((await send({ path })).headers.get("retry-after")).toBe("1");
    await clock.advance(1);
    expect((await send({ path })).status).toBe(200);
  });

  test("does nothing when a request is over it, and nothing is recorded under its Idempotency-Key", async () => {
    const { send, clock } = await createApiRig({ rateLimit: LIMIT });
    const body = { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: "Ring" };
    const create = { method: "POST", path, body, headers: { "idempotency-key": "one" } };
    await send({ path });
    await send({ path });
    expect((await send(create)).status).toBe(429);
    await clock.advance(60_000);
    const made = await send(create);
    expect(made.status).toBe(201);
    expect(made.headers.get("idempotency-replayed")).toBeNull();
    expect((await send({ path })).body.items).toMatchObject([{ id: made.body.id }]);
  });

  test("counts no request that bears no key, or one that is not known", async () => {
    const { send, app } = await createApiRig({ rateLimit: LIMIT });
    for (let i = 0; i < 5; i++) {
      expect(limitsOf(await send({ path: "/healthz", key: null }))).toEqual({ policy: null, limit: null });
      const unknown = await app.request(path, { headers: { authorization: "Bearer guess" } });
      expect(unknown.status).toBe(401);
      expect(limitsOf(unknown)).toEqual({ policy: null, limit: null });
    }
    expect((await send({ path })).status).toBe(200);
  });

  test("follows the key, not the connection, when it is off for none", async () => {
    const { send } = await createApiRig();
    for (const key of Object.keys(KEYS) as (keyof typeof KEYS)[])
      expect(limitsOf(await send({ path: "/v1/keys/current", key }))).toEqual({ policy: null, limit: null });
  });
});
