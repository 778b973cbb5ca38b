import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseWebhookSecret } from "../channels/webhook/secret.ts";
import { SettingError } from "../domain/errors.ts";
import { type CredentialOptions, ensureCredentials, readAdminKey } from "./credentials.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-credentials-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function options(overrides: Partial<CredentialOptions> = {}): CredentialOptions {
  return {
    dataFolder: join(folder, "data"),
    adminKey: undefined,
    webhookSecrets: [],
    randomBytes: (count) => randomBytes(count),
    ...overrides,
  };
}

describe("ensureCredentials()", () => {
  test("ensureCredentials() makes private files when there are none", async () => {
    const made = await ensureCredentials(options());
    expect(made.adminKey.value).toMatch(/^bel_[0-9A-Za-z]{40}$/);
    expect(made.adminKey.source).toBe("created");
    expect(parseWebhookSecret(made.webhookSecrets.value[0] ?? "").ok).toBe(true);
    expect(made.warnings).toEqual([]);
    expect((await readdir(join(folder, "data"))).sort()).toEqual(["admin.key", "webhook.secret"]);
    expect((await stat(made.adminKey.path)).mode & 0o777).toBe(0o600);
    expect((await stat(made.webhookSecrets.path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "data"))).mode & 0o777).toBe(0o700);
    expect(await readFile(made.adminKey.path, "utf8")).toBe(`${made.adminKey.value}\n`);
  });

  test("ensureCredentials() reads the same secrets when it runs again", async () => {
    const first = await ensureCredentials(options());
    const second = await ensureCredentials(options());
    expect(second.adminKey).toEqual({ ...first.adminKey, source: "file" });
    expect(second.webhookSecrets).toEqual({ ...first.webhookSecrets, source: "file" });
  });

  test("ensureCredentials() gives all starts the same key when many run at once", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => ensureCredentials(options())));
    expect(new Set(all.map((one) => one.adminKey.value)).size).toBe(1);
    expect(all.filter((one) => one.adminKey.source === "created")).toHaveLength(1);
    expect((await readdir(join(folder, "data"))).sort()).toEqual(["admin.key", "webhook.secret"]);
  });

  test("ensureCredentials() writes nothing when the environment has both", async () => {
    const made = await ensureCredentials(options({ adminKey: "k".repeat(32), webhookSecrets: ["whsec_x"] }));
    expect(made.adminKey).toMatchObject({ value: "k".repeat(32), source: "environment" });
    expect(made.webhookSecrets).toMatchObject({ value: ["whsec_x"], source: "environment" });
    await expect(readdir(join(folder, "data"))).rejects.toThrow("ENOENT");
  });

  test("ensureCredentials() warns when a key file is open to others", async () => {
    const { adminKey } = await ensureCredentials(options());
    await chmod(adminKey.path, 0o644);
    const { warnings } = await ensureCredentials(options());
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${adminKey.path} is open to other users of this machine (mode 644)`);
  });

  test.each([
    ["empty", "\n", "is empty"],
    ["too short", "abc", "it is too short"],
    ["garbled", `${"k".repeat(40)}\u0001`, "not printable"],
  ])("ensureCredentials() names the file when it is %s", async (_name, text, part) => {
    await ensureCredentials(options());
    await writeFile(join(folder, "data", "admin.key"), text);
    const attempt = ensureCredentials(options());
    await expect(attempt).rejects.toThrow(SettingError);
    await expect(attempt).rejects.toThrow(/^Cannot (read|use) the admin key/);
    await expect(attempt).rejects.toThrow(join(folder, "data", "admin.key"));
    await expect(attempt).rejects.toThrow(part);
  });

  test("ensureCredentials() says why when the folder cannot be written", async () => {
    await writeFile(join(folder, "file"), "");
    const attempt = ensureCredentials(options({ dataFolder: join(folder, "file", "data") }));
    await expect(attempt).rejects.toThrow(SettingError);
    await expect(attempt).rejects.toThrow(/^Cannot write the admin key: \S+admin\.key: ENOTDIR/);
  });
});

describe("readAdminKey()", () => {
  test("readAdminKey() gives undefined when the folder has no key", async () => {
    expect(await readAdminKey(join(folder, "nothing"))).toBeUndefined();
  });

  test("readAdminKey() gives the key when a start has made it", async () => {
    const { adminKey } = await ensureCredentials(options());
    expect(await readAdminKey(join(folder, "data"))).toBe(adminKey.value);
  });
});
