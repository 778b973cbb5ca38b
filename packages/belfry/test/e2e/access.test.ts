import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import { BelfryProcess } from "./belfry-process.ts";
import { STORES } from "./stores.ts";

const FLOATING = { schedule: { cron: "0 9 * * *" }, to: { channel: "inbox" }, message: "Ring" };

describe.each(STORES)("access on %s", (store) => {
  test("a tenant of its own zone lives on over a restart, and sees nothing of the installation's", async () => {
    await using belfry = await BelfryProcess.start({ BELFRY_TIME_ZONE: "Europe/Paris" }, { store });
    const operator = await belfry.client();
    await operator.reminders.create(FLOATING);
    const { adminKey } = await operator.tenants.create({
      id: "tnt_acme",
      name: "Acme",
      timeZone: "Asia/Tokyo",
    });
    const issued = await createClient({ url: await belfry.url(), key: adminKey.key }).keys.create({
      name: "writer",
      scopes: ["read", "write"],
    });
    await belfry.kill();
    await belfry.restart();
    const acme = createClient({ url: await belfry.url(), key: issued.key });
    expect((await acme.reminders.list()).items).toEqual([]);
    expect((await acme.reminders.create(FLOATING)).timeZone).toBe("Asia/Tokyo");
    const [theirs] = (await (await belfry.client()).reminders.list()).items;
    expect(theirs?.timeZone).toBe("Europe/Paris");
  });

  test("an admin key that is set anew lets in from the next start on, and the one before no more", async () => {
    await using belfry = await BelfryProcess.start({}, { store });
    const old = belfry.key;
    await belfry.stop();
    await belfry.restart({ BELFRY_ADMIN_KEY: "a-key-that-somebody-has-thought-of-0001" });
    expect((await (await belfry.client()).keys.current()).id).toBe("key_admin");
    const outdated = createClient({ url: await belfry.url(), key: old });
    await expect(outdated.keys.current()).rejects.toMatchObject({ status: 401 });
  });
});

test("an admin key whose file was deleted is refused from the next start on, which makes another", async () => {
  await using belfry = await BelfryProcess.start();
  const old = belfry.key;
  expect((await (await belfry.client()).keys.current()).isOperator).toBe(true);
  await belfry.stop();
  rmSync(join(belfry.dataFolder, "admin.key"));
  await belfry.restart();
  expect(belfry.key).not.toBe(old);
  expect((await (await belfry.client()).keys.current()).id).toBe("key_admin");
  const outdated = createClient({ url: await belfry.url(), key: old });
  await expect(outdated.keys.current()).rejects.toMatchObject({ status: 401 });
});

test("BELFRY_RATE_LIMIT holds for each key by itself", async () => {
  await using belfry = await BelfryProcess.start({ BELFRY_RATE_LIMIT: "2/PT1H" });
  const other = await (await belfry.client()).keys.create({ name: "other", scopes: ["read"] });
  const first = await belfry.api("GET", "/v1/keys/current");
  expect(first.headers).toMatchObject({
    "ratelimit-policy": '"key";q=2;w=3600',
    ratelimit: '"key";r=0;t=1800',
  });
  const refused = await belfry.api<{ code: string }>("GET", "/v1/keys/current");
  expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(1_700);
  const client = createClient({ url: await belfry.url(), key: other.key });
  expect((await client.keys.current()).name).toBe("other");
});
