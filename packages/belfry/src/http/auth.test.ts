import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ApiKey } from "../store/access.ts";
import { createApiRig } from "./app-fixture.ts";
import { createAuthentication } from "./auth.ts";

const REMINDER = { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: "Ring" };

function keysOf(scopes: ApiKey["scopes"]) {
  const hash = createHash("sha256").update("a-key").digest("hex");
  const key: ApiKey = { tenantId: "tnt_1", id: "key_1", name: "k", hash, scopes, createdAtMs: 0 };
  const lookups: string[] = [];
  const clock = { nowMs: 0, now: () => clock.nowMs };
  const store = {
    exists: true,
    findKey: async (digest: string) => {
      lookups.push(digest);
      return store.exists && digest === hash ? key : null;
    },
  };
  return { store, clock, lookups, authenticate: createAuthentication({ store, clock }) };
}

describe("createAuthentication()", () => {
  test.each([
    ["there is no key", undefined],
    ["the scheme is another one", "Basic YTpi"],
    ["the key is empty", "Bearer "],
    ["the key has spaces", "Bearer a b"],
    ["the key is not known", "Bearer another"],
  ])("answers 401 with WWW-Authenticate when %s", async (_name, authorization) => {
    const { app } = await createApiRig();
    const response = await app.request("/v1/reminders", { headers: authorization ? { authorization } : {} });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer realm="belfry"/);
    const text = await response.text();
    expect(text).toContain('"code":"unauthorized"');
    expect(text).not.toContain("YTpi");
  });

  test("lets read keys read, write keys write, and admin keys do both", async () => {
    const { send } = await createApiRig();
    const create = { method: "POST", path: "/v1/reminders", body: REMINDER };
    const list = { path: "/v1/reminders" };
    expect((await send({ ...create, key: "write" })).status).toBe(201);
    expect((await send({ ...create, key: "admin" })).status).toBe(201);
    expect((await send({ ...list, key: "read" })).status).toBe(200);
    expect((await send({ ...list, key: "admin" })).status).toBe(200);
    const refused = await send({ ...create, key: "read" });
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(refused.headers.get("www-authenticate")).toContain('scope="write"');
    expect((await send({ ...list, key: "write" })).status).toBe(403);
  });

  test("asks the store by hash, once in ten seconds, so that a revoked key ends", async () => {
    const { store, clock, lookups, authenticate } = keysOf(["read"]);
    await authenticate("Bearer a-key", "read");
    await authenticate("bearer a-key", "read");
    expect(lookups).toEqual([createHash("sha256").update("a-key").digest("hex")]);
    store.exists = false;
    clock.nowMs = 10_001;
    await expect(authenticate("Bearer a-key", "read")).rejects.toMatchObject({ status: 401 });
  });

  test("does not remember keys that do not exist", async () => {
    const { lookups, authenticate } = keysOf(["read"]);
    for (let i = 0; i < 3; i++) await authenticate("Bearer wrong", "read").catch(() => {});
    expect(lookups).toHaveLength(3);
  });
});
