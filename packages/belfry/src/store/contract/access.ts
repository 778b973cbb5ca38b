import { expect, type TestAPI } from "vitest";
import type { ApiKey, TenantRecord } from "../access.ts";
import { NOW, OTHER_TENANT, receiptOf, TENANT } from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

function keyOf(id: string, change: Partial<ApiKey> = {}): ApiKey {
  return {
    tenantId: TENANT,
    id,
    name: `the key ${id}`,
    hash: `hash of ${id}`,
    hint: "abcd",
    scopes: ["read"],
    createdAtMs: NOW,
    expiresAtMs: null,
    lastUsedAtMs: null,
    ...change,
  };
}

function tenantOf(id: string): TenantRecord {
  return { id, name: `the tenant ${id}`, timeZone: "UTC", revision: 1, createdAtMs: NOW, updatedAtMs: NOW };
}

/** Tenants and keys. */
export function accessTests(test: TestAPI<StoreTest>): void {
  tenantTests(test);
  keyTests(test);
  revocationTests(test);
}

function tenantTests(test: TestAPI<StoreTest>): void {
  test("ensureTenant() creates a tenant named by its id, and then changes nothing but the zone", async ({
    store,
  }) => {
    await store.ensureTenant({ id: TENANT, timeZone: "UTC", nowMs: NOW });
    const made = { ...tenantOf(TENANT), name: TENANT };
    expect(await store.findTenant(TENANT)).toEqual(made);
    await store.updateTenant({ id: TENANT, name: "Acme", nowMs: NOW + 1 });
    await store.ensureTenant({ id: TENANT, timeZone: "UTC", nowMs: NOW + 2 });
    expect(await store.findTenant(TENANT)).toEqual({
      ...made,
      name: "Acme",
      revision: 2,
      updatedAtMs: NOW + 1,
    });
    await store.ensureTenant({ id: TENANT, timeZone: "Europe/Paris", nowMs: NOW + 3 });
    const moved = { name: "Acme", timeZone: "Europe/Paris", revision: 3 };
    expect(await store.findTenant(TENANT)).toMatchObject(moved);
  });

  test("createTenant() keeps tenant, key and receipt together, or nothing when the id is taken", async ({
    store,
  }) => {
    const tenant = tenantOf(TENANT);
    await store.createTenant(tenant, keyOf("key_1"), receiptOf("k"));
    expect(await store.findTenant(TENANT)).toEqual(tenant);
    expect(await store.findKey("hash of key_1")).toEqual(keyOf("key_1"));
    expect(await store.findReceipt(receiptOf("k"))).toEqual(receiptOf("k"));
    const again = store.createTenant({ ...tenant, name: "Else" }, keyOf("key_2"), receiptOf("other"));
    await expect(again).rejects.toMatchObject({ code: "tenant_exists" });
    expect(await store.findTenant(TENANT)).toEqual(tenant);
    expect(await store.findKey("hash of key_2")).toBeNull();
    expect(await store.findReceipt(receiptOf("other"))).toBeNull();
  });

  test("createTenant() refuses a receipt whose key has just been used, and keeps nothing", async ({
    store,
  }) => {
    await store.createKey(keyOf("key_0"), receiptOf("k"));
    const again = store.createTenant(tenantOf(TENANT), keyOf("key_1"), receiptOf("k"));
    await expect(again).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect(await store.findTenant(TENANT)).toBeNull();
    expect(await store.findKey("hash of key_1")).toBeNull();
  });

  test("updateTenant() replaces what is given; listTenants() walks them by id", async ({ store }) => {
    for (const id of ["tnt_c", "tnt_a", "tnt_b"]) await store.createTenant(tenantOf(id), keyOf(id));
    const change = { id: "tnt_a", timeZone: "Asia/Tokyo", nowMs: NOW + 5 };
    const changed = { ...tenantOf("tnt_a"), timeZone: "Asia/Tokyo", revision: 2, updatedAtMs: NOW + 5 };
    expect(await store.updateTenant(change)).toEqual(changed);
    expect(await store.updateTenant({ ...change, id: "tnt_none" })).toBeNull();
    const first = await store.listTenants({ limit: 2, after: undefined });
    expect(first.items).toEqual([changed, tenantOf("tnt_b")]);
    const second = await store.listTenants({ limit: 2, after: first.nextCursor });
    expect(second).toEqual({ items: [tenantOf("tnt_c")], nextCursor: undefined });
    await expect(store.listTenants({ limit: 2, after: "nonsense" })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("updateTenant() changes nothing when its revision is another one", async ({ store }) => {
    await store.createTenant(tenantOf(TENANT), keyOf("key_1"));
    const change = { id: TENANT, nowMs: NOW + 1, ifRevision: [1] };
    const both = await Promise.all([
      store.updateTenant({ ...change, name: "A" }),
      store.updateTenant({ ...change, name: "B" }),
    ]);
    // Which of them comes first is the store's affair.
    const won = both.find((result) => result !== null && "name" in result);
    expect(both).toContainEqual({ kind: "stale", revision: 2 });
    expect(won).toMatchObject({ revision: 2 });
    expect(await store.findTenant(TENANT)).toEqual(won);
    expect(await store.updateTenant({ ...change, name: "C", ifRevision: [7, 2] })).toMatchObject({
      revision: 3,
    });
  });
}

function keyTests(test: TestAPI<StoreTest>): void {
  test("findKey() finds a key by its hash alone, with all that is known of it", async ({ store }) => {
    const key = keyOf("key_1", { scopes: ["read", "admin"], expiresAtMs: NOW + 5, lastUsedAtMs: NOW });
    await store.createKey(key);
    expect(await store.findKey(key.hash)).toEqual(key);
    expect(await store.findKey("other")).toBeNull();
  });

  test("putKey() replaces the key of an id, so that the old one is no longer known", async ({ store }) => {
    const key = keyOf("key_1", { lastUsedAtMs: NOW });
    await store.putKey(key);
    const newer = keyOf("key_1", { hash: "new", createdAtMs: NOW + 5 });
    await store.putKey(newer);
    expect(await store.findKey(key.hash)).toBeNull();
    expect(await store.findKey("new")).toEqual(newer);
  });

  test("putKey() leaves the age and the use of a key that is the same as before", async ({ store }) => {
    await store.putKey(keyOf("key_1", { lastUsedAtMs: NOW + 1 }));
    await store.putKey(keyOf("key_1", { createdAtMs: NOW + 9, name: "renamed" }));
    expect(await store.findKey("hash of key_1")).toEqual(
      keyOf("key_1", { lastUsedAtMs: NOW + 1, name: "renamed" }),
    );
  });

  test("putKey() takes the hash from another key that has it", async ({ store }) => {
    await store.createKey(keyOf("key_1", { tenantId: OTHER_TENANT, hash: "same" }));
    await store.putKey(keyOf("key_2", { hash: "old" }));
    await store.putKey(keyOf("key_2", { hash: "same", scopes: ["admin"] }));
    expect(await store.findKey("same")).toEqual(keyOf("key_2", { hash: "same", scopes: ["admin"] }));
    expect(await store.findKey("old")).toBeNull();
  });

  test("listKeys() walks the keys of one tenant, the last id first", async ({ store }) => {
    for (const id of ["key_2", "key_1", "key_3"]) await store.createKey(keyOf(id));
    await store.createKey(keyOf("key_4", { tenantId: OTHER_TENANT }));
    const first = await store.listKeys({ tenantId: TENANT, limit: 2, after: undefined });
    expect(first.items).toEqual([keyOf("key_3"), keyOf("key_2")]);
    const second = await store.listKeys({ tenantId: TENANT, limit: 2, after: first.nextCursor });
    expect(second).toEqual({ items: [keyOf("key_1")], nextCursor: undefined });
  });

  test("noteKeyUse() keeps when a key was used, of one tenant alone", async ({ store }) => {
    await store.createKey(keyOf("key_1"));
    await store.noteKeyUse({ tenantId: OTHER_TENANT, id: "key_1", nowMs: NOW + 5 });
    expect(await store.findKey("hash of key_1")).toMatchObject({ lastUsedAtMs: null });
    await store.noteKeyUse({ tenantId: TENANT, id: "key_1", nowMs: NOW + 5 });
    expect(await store.findKey("hash of key_1")).toMatchObject({ lastUsedAtMs: NOW + 5 });
  });
}

function revocationTests(test: TestAPI<StoreTest>): void {
  test("revokeKey() deletes a key of its own tenant alone", async ({ store }) => {
    await store.createKey(keyOf("key_1"));
    const revoke = (tenantId: string) => store.revokeKey({ tenantId, id: "key_1", nowMs: NOW });
    expect(await revoke(OTHER_TENANT)).toBe("missing");
    expect(await store.findKey("hash of key_1")).not.toBeNull();
    expect(await revoke(TENANT)).toBe("revoked");
    expect(await store.findKey("hash of key_1")).toBeNull();
    expect(await revoke(TENANT)).toBe("missing");
  });

  test("revokeKey() keeps the last admin key in force of each tenant", async ({ store }) => {
    const admin: Partial<ApiKey> = { scopes: ["read", "admin"] };
    await store.createKey(keyOf("key_1", admin));
    await store.createKey(keyOf("key_2"));
    await store.createKey(keyOf("key_3", { ...admin, expiresAtMs: NOW }));
    await store.createKey(keyOf("key_4", { ...admin, tenantId: OTHER_TENANT }));
    const revoke = (id: string) => store.revokeKey({ tenantId: TENANT, id, nowMs: NOW });
    expect(await revoke("key_1")).toBe("last-admin");
    expect(await store.findKey("hash of key_1")).not.toBeNull();
    await store.createKey(keyOf("key_5", { ...admin, expiresAtMs: NOW + 1 }));
    expect(await revoke("key_1")).toBe("revoked");
    expect(await revoke("key_5")).toBe("last-admin");
    expect(await revoke("key_3")).toBe("revoked");
    expect(await revoke("key_2")).toBe("revoked");
  });

  test("revokeKey() leaves one of two admin keys that are revoked at once", async ({ store }) => {
    for (const id of ["key_1", "key_2"]) await store.createKey(keyOf(id, { scopes: ["admin"] }));
    const revoke = (id: string) => store.revokeKey({ tenantId: TENANT, id, nowMs: NOW });
    const results = await Promise.all([revoke("key_1"), revoke("key_2")]);
    expect(results.sort()).toEqual(["last-admin", "revoked"]);
  });
}
