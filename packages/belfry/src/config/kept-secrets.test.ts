import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hashOfKey } from "../domain/api-key.ts";
import { ensureCredentials } from "./credentials.ts";
import { readKeptSecrets, replaceKeptSecrets } from "./kept-secrets.ts";

const KEY = "k".repeat(40);
const HASH = hashOfKey(KEY);
const LINK = "l".repeat(43);
const SECRET = `whsec_${Buffer.from("s".repeat(32)).toString("base64")}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const start = () =>
  ensureCredentials({
    dataFolder: folder,
    adminKey: undefined,
    webhookSecrets: [],
    publicUrl: "https://belfry.example",
    randomBytes: (count) => new Uint8Array(count).fill(7),
  });

describe("readKeptSecrets()", () => {
  test("finds nothing where nothing is kept", async () => {
    expect(await readKeptSecrets(folder)).toEqual({
      webhook: null,
      link: null,
      adminKey: null,
      adminKeyHash: null,
    });
  });

  test("reads what a start has made, and hashes the key", async () => {
    const { adminKey, webhookSecrets, linkSecret } = await start();
    expect(linkSecret?.value).toMatch(/^[\w-]{43}$/);
    expect(await readKeptSecrets(folder)).toEqual({
      webhook: webhookSecrets.value.join(" "),
      link: linkSecret?.value,
      adminKey: adminKey.value,
      adminKeyHash: hashOfKey(adminKey.value),
    });
  });
});

describe("replaceKeptSecrets()", () => {
  test("puts them where a start finds them, for their owner alone", async () => {
    await start();
    await replaceKeptSecrets(folder, { webhook: SECRET, link: LINK, adminKey: KEY, adminKeyHash: HASH });
    const { adminKey, webhookSecrets, linkSecret } = await start();
    expect([adminKey.value, webhookSecrets.value]).toEqual([KEY, [SECRET]]);
    expect(linkSecret?.value).toBe(LINK);
    for (const name of ["admin.key", "webhook.secret", "link.secret"])
      expect(statSync(at(name)).mode & 0o777).toBe(0o600);
  });

  test("keeps the hash of a key that nobody knows, instead of another key, and no start makes a new one", async () => {
    writeFileSync(at("admin.key"), "another ".repeat(5));
    await replaceKeptSecrets(folder, { webhook: null, link: null, adminKey: null, adminKeyHash: HASH });
    expect(existsSync(at("admin.key"))).toBe(false);
    const { adminKey } = await start();
    expect(adminKey).toMatchObject({ value: "", source: "database", hash: HASH });
    expect(existsSync(at("admin.key"))).toBe(false);
    expect(await readKeptSecrets(folder)).toMatchObject({ adminKey: null, adminKeyHash: HASH });
  });

  test("leaves the key there if it is the one of the hash, and what is null as it is", async () => {
    writeFileSync(at("admin.key"), `${KEY}\n`);
    writeFileSync(at("webhook.secret"), `${SECRET}\n`);
    await replaceKeptSecrets(folder, { webhook: null, link: null, adminKey: null, adminKeyHash: HASH });
    await replaceKeptSecrets(folder, { webhook: null, link: null, adminKey: null, adminKeyHash: null });
    expect(readFileSync(at("admin.key"), "utf8")).toBe(`${KEY}\n`);
    expect(readFileSync(at("webhook.secret"), "utf8")).toBe(`${SECRET}\n`);
    expect(existsSync(at("admin.key.hash"))).toBe(false);
  });

  test("takes the hash away once the key itself is there", async () => {
    writeFileSync(at("admin.key.hash"), HASH);
    await replaceKeptSecrets(folder, { webhook: null, link: null, adminKey: KEY, adminKeyHash: HASH });
    expect(existsSync(at("admin.key.hash"))).toBe(false);
    expect((await start()).adminKey).toMatchObject({ value: KEY, source: "file" });
  });
});

test("ensureCredentials() refuses a hash that is none, and says what helps", async () => {
  writeFileSync(at("admin.key.hash"), "nonsense");
  await expect(start()).rejects.toThrow(/admin\.key\.hash: it is no SHA-256.*; delete the file/);
});
