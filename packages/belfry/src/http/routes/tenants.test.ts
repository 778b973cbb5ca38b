import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { createdTenantSchema, tenantPageSchema, tenantSchema } from "../schemas/tenant.ts";

const path = "/v1/tenants";
const BODY = { id: "tnt_acme", name: "Acme", timeZone: "asia/tokyo" };
const FLOATING = { schedule: { at: "2026-03-02T09:00" }, to: { channel: "inbox" }, message: "Ring" };

/** An API with one more tenant, and a way to ask in its name. */
async function rigWithTenant(body: object = BODY) {
  const rig = await createApiRig();
  const made = await rig.send({ method: "POST", path, body });
  const { key } = createdTenantSchema.parse(made.body).adminKey;
  const ask = async (asked: { path: string; method?: string; body?: unknown; key?: string }) => {
    const response = await rig.app.request(asked.path, {
      method: asked.method ?? "GET",
      headers: { authorization: `Bearer ${asked.key ?? key}`, "content-type": "application/json" },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { ...rig, made, key, ask };
}

describe("/v1/tenants", () => {
  test("create() answers 201 with the tenant and its first admin key, which works", async () => {
    const { made, ask, send } = await rigWithTenant();
    expect(made.status).toBe(201);
    expect(made.headers.get("location")).toBe("/v1/tenants/tnt_acme");
    expect(made.body).toMatchObject({ id: "tnt_acme", name: "Acme", timeZone: "Asia/Tokyo" });
    expect(made.body.adminKey).toMatchObject({ name: "admin", scopes: ["admin"], expiresAt: null });
    expect((await ask({ path: "/v1/keys/current" })).body).toMatchObject({
      tenant: { id: "tnt_acme", name: "Acme", timeZone: "Asia/Tokyo" },
      isOperator: false,
    });
    const { adminKey, ...tenant } = made.body;
    expect((await send({ path: `${path}/tnt_acme` })).body).toEqual(tenant);
    expect(tenantSchema.parse(tenant)).toEqual(tenant);
  });

  test("create() makes an id and takes UTC when neither is given", async () => {
    const { made } = await rigWithTenant({ name: "Plain" });
    expect(made.body).toMatchObject({ id: expect.stringMatching(/^tnt_[0-9a-z]{26}$/), timeZone: "UTC" });
  });

  test("update() changes nothing when If-Match names another revision", async () => {
    const { made, send } = await rigWithTenant();
    const at = `${path}/tnt_acme`;
    expect(made.headers.get("etag")).toBe('"1"');
    const change = (name: string, tag: string) =>
      send({ method: "PATCH", path: at, body: { name }, headers: { "if-match": tag } });
    const both = await Promise.all([change("A", '"1"'), change("B", '"1"')]);
    expect(both.map(({ status }) => status)).toEqual([200, 412]);
    expect(both.map(({ headers }) => headers.get("etag"))).toEqual(['"2"', '"2"']);
    expect(both[1]?.body).toMatchObject({ code: "precondition_failed" });
    const read = await send({ path: at });
    expect(read.body).toMatchObject({ name: "A", revision: 2 });
    expect(read.headers.get("etag")).toBe('"2"');
    expect((await change("C", 'W/"2"')).status).toBe(412);
    expect((await change("C", "2")).status).toBe(400);
    expect((await change("C", "*")).body).toMatchObject({ name: "C", revision: 3 });
  });

  test("update() leaves a tenant and its revision alone when it is that already", async () => {
    const { made, send } = await rigWithTenant();
    const patch = (tag: string) =>
      send({
        method: "PATCH",
        path: `${path}/tnt_acme`,
        body: { name: "Acme", timeZone: "Asia/Tokyo" },
        headers: { "if-match": tag },
      });
    const same = await patch('"1"');
    const { adminKey: _, ...tenant } = made.body;
    expect(same).toMatchObject({ status: 200, body: tenant });
    expect(same.headers.get("etag")).toBe('"1"');
    expect(await patch('"2"')).toMatchObject({ status: 412 });
  });

  test.each(["POST", "PATCH"])("%s tells what a zone may be when it is none", async (method) => {
    const { send } = await createApiRig();
    const at = method === "POST" ? path : `${path}/tnt_default`;
    for (const timeZone of [5, "", "Mars/One"]) {
      const { status, body } = await send({ method, path: at, body: { name: "A", timeZone } });
      expect(status).toBe(400);
      const allowed = 'an IANA time zone such as "Europe/Paris" or "UTC"';
      expect(body.errors).toMatchObject([{ path: "/timeZone", value: timeZone, allowed }]);
    }
  });

  test("create() refuses an id that is taken, and a repeat, which could not show the key", async () => {
    const { send } = await createApiRig();
    const request = { method: "POST", path, body: BODY, headers: { "idempotency-key": "one" } };
    const { body } = await send(request);
    const { adminKey } = createdTenantSchema.parse(body);
    const again = await send(request);
    expect(again).toMatchObject({ status: 409, body: { code: "key_shown_once" } });
    expect(again.body.detail).toContain(adminKey.id);
    const taken = await send({ method: "POST", path, body: BODY });
    expect(taken).toMatchObject({ status: 409, body: { code: "tenant_exists" } });
    expect((await send({ path: `${path}?limit=1` })).body.items).toMatchObject([{ id: "tnt_acme" }]);
  });

  test("create() keeps the key out of the record of its request", async () => {
    const { send, store } = await createApiRig();
    const headers = { "idempotency-key": "one" };
    const { body } = await send({ method: "POST", path, body: BODY, headers });
    const record = await store.findReceipt({ tenantId: "tnt_test", route: `POST ${path}`, key: "one" });
    const { id } = createdTenantSchema.parse(body).adminKey;
    expect(record?.body).toBe(JSON.stringify({ shownKeyId: id }));
  });

  test.each([
    ["an id without its prefix", { id: "acme" }, "/id", "invalid_input"],
    ["an id in capitals", { id: "tnt_Acme" }, "/id", "invalid_input"],
    ["an id that ends in a hyphen", { id: "tnt_a-" }, "/id", "invalid_input"],
    ["an id that is too long", { id: `tnt_${"a".repeat(61)}` }, "/id", "invalid_input"],
    ["no name", { name: undefined }, "/name", "invalid_input"],
    ["a zone that there is not", { timeZone: "Mars/Base" }, "/timeZone", "unknown_time_zone"],
    ["an offset for a zone", { timeZone: "+02:00" }, "/timeZone", "unknown_time_zone"],
    ["an unknown field", { zone: "UTC" }, "/zone", "invalid_input"],
  ])("create() names the field when there is %s", async (_name, change, wrong, code) => {
    const { send } = await createApiRig();
    const { status, body } = await send({ method: "POST", path, body: { ...BODY, ...change } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code, errors: [{ path: wrong }] });
  });

  test("list() goes by id, page by page", async () => {
    const { send } = await rigWithTenant();
    const first = tenantPageSchema.parse((await send({ path: `${path}?limit=2` })).body);
    expect(first.items.map(({ id }) => id)).toEqual(["tnt_acme", "tnt_other"]);
    const second = await send({ path: `${path}?limit=2&cursor=${first.nextCursor}` });
    expect(second.body).toMatchObject({ items: [{ id: "tnt_test" }], nextCursor: null });
  });

  test("update() changes name and zone, which holds for new floating rules at once", async () => {
    const { send, ask } = await rigWithTenant();
    const before = await ask({ method: "POST", path: "/v1/reminders", body: FLOATING });
    expect(before.body.next).toMatchObject({ due: "2026-03-02T00:00:00Z" });
    const patch = { method: "PATCH", path: `${path}/tnt_acme`, body: { name: "Acme 2", timeZone: "UTC" } };
    expect((await send(patch)).body).toMatchObject({ id: "tnt_acme", name: "Acme 2", timeZone: "UTC" });
    const after = await ask({ method: "POST", path: "/v1/reminders", body: FLOATING });
    expect(after.body.next).toMatchObject({ due: "2026-03-02T09:00:00Z" });
    expect((await ask({ path: `/v1/reminders/${before.body.id}` })).body.next).toEqual(before.body.next);
  });

  test("update() refuses an empty change, the zone of the installation's own tenant, and none", async () => {
    const { send } = await createApiRig();
    const patch = (id: string, body: unknown) => send({ method: "PATCH", path: `${path}/${id}`, body });
    expect(await patch("tnt_other", {})).toMatchObject({ status: 400, body: { errors: [{ path: "" }] } });
    expect(await patch("tnt_none", { name: "x" })).toMatchObject({ status: 404 });
    const refused = await patch("tnt_test", { timeZone: "UTC" });
    expect(refused).toMatchObject({ status: 409, body: { code: "time_zone_set" } });
    expect(refused.body.detail).toContain("BELFRY_TIME_ZONE");
    expect(await patch("tnt_test", { name: "Ours" })).toMatchObject({ status: 200, body: { name: "Ours" } });
  });

  test("createKey() makes a key for a tenant, and refuses one for none", async () => {
    const { send, ask } = await rigWithTenant();
    const body = { name: "found again", scopes: ["admin"] };
    const made = await send({ method: "POST", path: `${path}/tnt_acme/keys`, body });
    expect(made.status).toBe(201);
    const current = await ask({ path: "/v1/keys/current", key: String(made.body.key) });
    expect(current.body).toMatchObject({
      name: "found again",
      tenant: { id: "tnt_acme" },
      isOperator: false,
    });
    const none = await send({ method: "POST", path: `${path}/tnt_none/keys`, body });
    expect(none.status).toBe(404);
  });
});
