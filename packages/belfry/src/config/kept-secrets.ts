import { rm } from "node:fs/promises";
import { hashOfKey } from "../domain/api-key.ts";
import type { KeptSecrets } from "../domain/kept-secrets.ts";
import { adminKeyHashPath, adminKeyPath, linkSecretPath, webhookSecretPath } from "./credentials.ts";
import { readSecretFile, replaceSecretFile } from "./secret-file.ts";

/**
 * The secrets that a data folder keeps in files.
 *
 * @throws SettingError if one cannot be read
 */
export async function readKeptSecrets(dataFolder: string): Promise<KeptSecrets> {
  const read = async (path: string, what: string): Promise<string | null> =>
    (await readSecretFile(path, what))?.text ?? null;
  const adminKey = await read(adminKeyPath(dataFolder), "the admin key");
  const hash = await read(adminKeyHashPath(dataFolder), "the hash of the admin key");
  return {
    webhook: await read(webhookSecretPath(dataFolder), "the webhook secret"),
    link: await read(linkSecretPath(dataFolder), "the link secret"),
    adminKey,
    adminKeyHash: adminKey === null ? hash : hashOfKey(adminKey),
  };
}

/**
 * Puts secrets in the place of those that a data folder keeps; what is null is left alone. Where of the admin
 * key no more than the hash is known, that is kept, and a file with another key is taken away: the next
 * start would make that one the admin key.
 *
 * @throws SettingError if one cannot be written
 */
export async function replaceKeptSecrets(dataFolder: string, secrets: KeptSecrets): Promise<void> {
  const { webhook, link, adminKey, adminKeyHash } = secrets;
  if (webhook !== null) await replaceSecretFile(webhookSecretPath(dataFolder), webhook, "the webhook secret");
  if (link !== null) await replaceSecretFile(linkSecretPath(dataFolder), link, "the link secret");
  if (adminKey !== null) {
    await replaceSecretFile(adminKeyPath(dataFolder), adminKey, "the admin key");
    await rm(adminKeyHashPath(dataFolder), { force: true });
  } else if (adminKeyHash !== null) await keepHash(dataFolder, adminKeyHash);
}

async function keepHash(dataFolder: string, hash: string): Promise<void> {
  if ((await readKeptSecrets(dataFolder)).adminKeyHash === hash) return;
  await replaceSecretFile(adminKeyHashPath(dataFolder), hash, "the hash of the admin key");
  await rm(adminKeyPath(dataFolder), { force: true });
}
