import { afterEach, describe, expect, test } from "vitest";
import { createApiRig, KEYS } from "../http/app-fixture.ts";
import { type Listening, serve } from "../http/server.ts";
import { createClient } from "./client.ts";

const opened: Listening[] = [];

/** A server, and clients of it by their keys. */
async function serverOf() {
  const { app } = await createApiRig();
  const { url } = await serve({ app, host: "127.0.0.1", port: 0 }).then((listening) => {
    opened.push(listening);
    return listening;
  });
  return (key: string) => createClient({ url, key });
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((listening) => listening.close(0)));
});

describe("keys", () => {
  test("are created, tell of themselves, are listed and revoked", async () => {
    const clientOf = await serverOf();
    const admin = clientOf(KEYS.admin);
    const { key, ...made } = await admin.keys.create({ name: "reader", scopes: ["read"] });
    const reader = clientOf(key);
    expect(await reader.keys.current()).toMatchObject({ ...made, isOperator: false });
    expect((await admin.keys.list()).items.map(({ id }) => id)).toContain(made.id);
    const names: string[] = [];
    for await (const { name } of admin.keys.all({ limit: 1 })) names.push(name);
    expect(names.sort()).toEqual(["admin", "read", "reader", "write"]);
    expect(await admin.keys.revoke(made.id)).toBeNull();
    await expect(reader.keys.current()).rejects.toMatchObject({ status: 401, code: "unauthorized" });
  });

  test("are shown once: a repeat is refused, and names the key that it made", async () => {
    const admin = (await serverOf())(KEYS.admin);
    const create = () => admin.keys.create({ name: "reader", scopes: ["read"] }, { idempotencyKey: "one" });
    const { id } = await create();
    const refused = create();
    await expect(refused).rejects.toMatchObject({ status: 409, code: "key_shown_once" });
    await expect(refused).rejects.toThrow(id);
  });
});

describe("tenants", () => {
  test("are created with a key of their own, read, listed and changed", async () => {
    const clientOf = await serverOf();
    const operator = clientOf(KEYS.admin);
    const { adminKey, ...made } = await operator.tenants.create({ id: "tnt_acme", name: "Acme" });
    expect(await operator.tenants.get("tnt_acme")).toEqual(made);
    const ids = (await operator.tenants.list()).items.map(({ id }) => id);
    expect(ids).toEqual(["tnt_acme", "tnt_other", "tnt_test"]);
    expect(await operator.tenants.update("tnt_acme", { timeZone: "Asia/Tokyo" })).toMatchObject({
      timeZone: "Asia/Tokyo",
    });
    const acme = clientOf(adminKey.key);
    expect((await acme.keys.current()).tenant).toMatchObject({ id: "tnt_acme", timeZone: "Asia/Tokyo" });
    await expect(acme.tenants.list()).rejects.toMatchObject({ status: 403 });
    const second = await operator.tenants.createKey("tnt_acme", { name: "more", scopes: ["admin"] });
    expect((await acme.keys.list()).items.map(({ id }) => id).sort()).toEqual(
      [adminKey.id, second.id].sort(),
    );
  });
});
