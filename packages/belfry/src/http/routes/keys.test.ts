import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { createdKeySchema, currentKeySchema, keyPageSchema } from "../schemas/key.ts";

const path = "/v1/keys";
const BODY = { name: "billing service", scopes: ["write"] };

async function rigWithKey(body: object = BODY) {
  const rig = await createApiRig();
  const made = await rig.send({ method: "POST", path, body });
  const secret = String(made.body.key);
  const as = (method: string, path: string, key = secret) =>
    rig.app.request(path, { method, headers: { authorization: `Bearer ${key}` } });
  return { ...rig, made, id: String(made.body.id), secret, as };
}

describe("/v1/keys", () => {
  test("create() answers 201 with a key that works, and shows it no more", async () => {
    const { made, secret, as, send } = await rigWithKey();
    expect(made.status).toBe(201);
    expect(createdKeySchema.parse(made.body)).toEqual(made.body);
    expect(made.body).toMatchObject({ ...BODY, expiresAt: null, lastUsedAt: null });
    expect(secret).toMatch(/^bel_[0-9A-Za-z]{40}$/);
    expect(made.body.hint).toBe(secret.slice(-4));
    expect((await as("GET", `${path}/current`)).status).toBe(200);
    expect(JSON.stringify((await send({ path })).body)).not.toContain(secret);
  });

  test("create() keeps the key out of the store, whatever it records", async () => {
    const { store, send } = await createApiRig();
    const headers = { "idempotency-key": "one" };
    const { body } = await send({ method: "POST", path, body: BODY, headers });
    const record = await store.findReceipt({ tenantId: "tnt_test", route: `POST ${path}`, key: "one" });
    expect(record).toMatchObject({ status: 201, body: JSON.stringify({ shownKeyId: body.id }) });
    const { items } = await store.listKeys({ tenantId: "tnt_test", limit: 100, after: undefined });
    expect(JSON.stringify([items, record])).not.toContain(String(body.key));
  });

  test("create() refuses a repeat, which could not show the key, and makes no second one", async () => {
    const { send } = await createApiRig();
    const request = { method: "POST", path, body: BODY, headers: { "idempotency-key": "one" } };
    const { body } = await send(request);
    const again = await send(request);
    expect(again).toMatchObject({ status: 409, body: { code: "key_shown_once" } });
    expect(again.body.detail).toContain(body.id);
    const other = await send({ ...request, body: { ...BODY, name: "other" } });
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    const names = keyPageSchema.parse((await send({ path })).body).items.map(({ name }) => name);
    expect(names.filter((name) => name === BODY.name)).toHaveLength(1);
  });

  test.each([
    ["no name", { name: undefined }, "/name"],
    ["a name of spaces", { name: "  " }, "/name"],
    ["a name that is too long", { name: "a".repeat(101) }, "/name"],
    ["a name that cannot be stored", { name: "a\u0000" }, "/name"],
    ["no scopes", { scopes: undefined }, "/scopes"],
    ["an empty list of scopes", { scopes: [] }, "/scopes"],
    ["an unknown scope", { scopes: ["root"] }, "/scopes/0"],
    ["a scope twice", { scopes: ["read", "read"] }, "/scopes"],
    ["an expiry without an offset", { expiresAt: "2027-01-01T00:00:00" }, "/expiresAt"],
    ["an expiry that is over", { expiresAt: "2026-03-01T00:00:00Z" }, "/expiresAt"],
    ["an unknown field", { key: "mine" }, "/key"],
  ])("create() names the field when there is %s", async (_name, change, wrong) => {
    const { send } = await createApiRig();
    const { status, body } = await send({ method: "POST", path, body: { ...BODY, ...change } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: "invalid_input", errors: [{ path: wrong }] });
  });

  test("list() gives the newest first, page by page, with what is known of each", async () => {
    const { send, clock, as } = await rigWithKey({ ...BODY, expiresAt: "2027-01-01T01:00:00+01:00" });
    await as("GET", "/v1/reminders");
    await clock.advance(60_000);
    await send({ method: "POST", path, body: { ...BODY, name: "second" } });
    const first = keyPageSchema.parse((await send({ path: `${path}?limit=5` })).body);
    expect(first.items.map(({ name }) => name)).toEqual(["write", "read", "admin", "second", BODY.name]);
    expect(first.nextCursor).toBeNull();
    expect(first.items.at(-1)).toMatchObject({
      createdAt: "2026-03-01T00:00:00Z",
      expiresAt: "2027-01-01T00:00:00Z",
      lastUsedAt: "2026-03-01T00:00:00Z",
    });
    const page = await send({ path: `${path}?limit=2` });
    expect(page.headers.get("link")).toContain('rel="next"');
    expect(page.body.items).toMatchObject([{ name: "write" }, { name: "read" }]);
  });

  test("current() tells whose the key is and what it may do, of whatever scope", async () => {
    const { send, as } = await rigWithKey();
    const current = currentKeySchema.parse(await (await as("GET", `${path}/current`)).json());
    expect(current).toMatchObject({
      name: BODY.name,
      scopes: ["write"],
      tenant: { id: "tnt_test", timeZone: "Europe/Paris" },
      isOperator: false,
    });
    expect((await send({ path: `${path}/current` })).body).toMatchObject({ isOperator: true });
    expect((await send({ path: `${path}/current`, key: "stranger" })).body).toMatchObject({
      tenant: { id: "tnt_other" },
      isOperator: false,
    });
  });

  test("revoke() answers 204, and the key works no longer at once", async () => {
    const { id, as, send } = await rigWithKey({ ...BODY, scopes: ["read"] });
    expect((await as("GET", "/v1/reminders")).status).toBe(200);
    expect(await send({ method: "DELETE", path: `${path}/${id}` })).toMatchObject({ status: 204, body: {} });
    expect((await as("GET", "/v1/reminders")).status).toBe(401);
    expect((await send({ method: "DELETE", path: `${path}/${id}` })).status).toBe(404);
    expect((await send({ method: "DELETE", path: `${path}/current` })).status).toBe(404);
  });

  test("revoke() lets a key revoke itself, and leaves the last admin key of a tenant", async () => {
    const { send, as } = await createApiRigOfStranger();
    const refused = await send({ method: "DELETE", path: `${path}/key_stranger`, key: "stranger" });
    expect(refused).toMatchObject({ status: 409, body: { code: "last_admin_key" } });
    const body = { name: "second admin", scopes: ["admin"] };
    const { id, key } = (await send({ method: "POST", path, body, key: "stranger" })).body;
    expect((await as(String(key), "DELETE", `${path}/${id}`)).status).toBe(204);
    expect((await as(String(key), "GET", path)).status).toBe(401);
  });

  test("revoke() refuses the installation's own key, and says how to change it", async () => {
    const { send } = await createApiRig();
    await send({ method: "POST", path, body: { name: "second admin", scopes: ["admin"] } });
    const refused = await send({ method: "DELETE", path: `${path}/key_admin` });
    expect(refused).toMatchObject({ status: 409, body: { code: "installation_key" } });
    expect(refused.body.detail).toContain("BELFRY_ADMIN_KEY");
    expect((await send({ path })).status).toBe(200);
  });
});

async function createApiRigOfStranger() {
  const rig = await createApiRig();
  const as = (key: string, method: string, path: string) =>
    rig.app.request(path, { method, headers: { authorization: `Bearer ${key}` } });
  return { ...rig, as };
}
