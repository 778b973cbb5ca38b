import { describe, expect, test } from "vitest";
import { createApiRig, KEYS, START } from "./app-fixture.ts";

const REMINDER = { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: "Ring" };
const path = "/v1/reminders";

describe("createDoor()", () => {
  test.each([
    ["there is no key", undefined],
    ["the scheme is another one", "Basic YTpi"],
    ["the key is empty", "Bearer "],
    ["the key has spaces at its end", "Bearer a-key "],
    ["the key is not known", "Bearer another"],
  ])("answers 401 with WWW-Authenticate when %s", async (_name, authorization) => {
    const { app } = await createApiRig();
    const response = await app.request(path, { headers: authorization ? { authorization } : {} });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer realm="belfry"/);
    const text = await response.text();
    expect(text).toContain('"code":"unauthorized"');
    expect(text).not.toContain("YTpi");
  });

  test("takes the scheme in any case", async () => {
    const { app } = await createApiRig();
    const response = await app.request(path, { headers: { authorization: `bearer ${KEYS.read}` } });
    expect(response.status).toBe(200);
  });

  test("lets read keys read, write keys write, and admin keys do both", async () => {
    const { send } = await createApiRig();
    const create = { method: "POST", path, body: REMINDER };
    expect((await send({ ...create, key: "write" })).status).toBe(201);
    expect((await send({ ...create, key: "admin" })).status).toBe(201);
    expect((await send({ path, key: "read" })).status).toBe(200);
    expect((await send({ path, key: "admin" })).status).toBe(200);
    const refused = await send({ ...create, key: "read" });
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(refused.headers.get("www-authenticate")).toContain('scope="write"');
    expect((await send({ path, key: "write" })).status).toBe(403);
  });

  test("keeps all but admin keys from keys, and all but the operator's from tenants", async () => {
    const { send } = await createApiRig();
    const statuses = (path: string) =>
      Promise.all((["read", "write", "stranger", "admin"] as const).map((key) => statusOf(path, key)));
    const statusOf = async (path: string, key: keyof typeof KEYS) => (await send({ path, key })).status;
    expect(await statuses("/v1/keys")).toEqual([403, 403, 200, 200]);
    expect(await statuses("/v1/tenants")).toEqual([403, 403, 403, 200]);
    expect(await statuses("/v1/keys/current")).toEqual([200, 200, 200, 200]);
    const refused = await send({ path: "/v1/tenants", key: "stranger" });
    expect(refused.body.detail).toContain("installation's own tenant");
  });

  test("refuses a key from the instant of its expiry on, also one that it has let in before", async () => {
    const { send, clock, store, app } = await createApiRig();
    const expiresAt = new Date(START + 5_000).toISOString();
    const body = { name: "short", scopes: ["read"], expiresAt };
    const { key } = (await send({ method: "POST", path: "/v1/keys", body })).body;
    const ask = () => app.request(path, { headers: { authorization: `Bearer ${key}` } });
    await clock.advance(4_999);
    expect((await ask()).status).toBe(200);
    await clock.advance(1);
    const refused = await ask();
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await refused.text()).toContain("the key has expired");
    expect(await store.listKeys({ tenantId: "tnt_test", limit: 9, after: undefined })).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ name: "short" })]),
    });
  });
});
