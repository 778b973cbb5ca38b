import { randomBytes } from "node:crypto";
import { generateWebhookSecret } from "../channels/webhook/secret.ts";
import type { Credential, Credentials } from "../config/credentials.ts";
import { adminKeyPath } from "../config/credentials.ts";
import { generateKey } from "../config/generated-key.ts";
import { generateLinkSecret, parseLinkSecret } from "../config/link-secret.ts";
import { parseSecrets } from "../config/parsers.ts";
import { createSecretFile } from "../config/secret-file.ts";
import { hashOfKey } from "../domain/api-key.ts";
import { SettingError } from "../domain/errors.ts";
import type { PostgresStore } from "../store/postgres/store.ts";
import type { AssemblySettings } from "./assembly.ts";

/** Secrets for a database that has none yet. */
export interface MadeSecrets {
  webhook: string;
  adminKey: string;
  link: string;
}

export function makeSecrets(): MadeSecrets {
  return {
    webhook: generateWebhookSecret(randomBytes),
    adminKey: generateKey(randomBytes),
    link: generateLinkSecret(randomBytes),
  };
}

/** What is offered to the database, and when. */
interface Offer {
  made: MadeSecrets;
  nowMs: number;
}

/**
 * The secrets that all processes on a database share: those of the environment, else those that the
 * database keeps, else ones that are made now. Of an admin key it keeps the hash alone; whoever makes it is
 * shown it once, and has it in a file for the commands of this machine.
 *
 * @param made the same where it is done again, since its answer was lost: the database may keep them by then
 */
export async function sharedCredentials(
  store: PostgresStore,
  settings: AssemblySettings,
  offer: Offer,
): Promise<Credentials> {
  const webhookSecrets = await sharedSecrets(store, settings, offer);
  const linkSecret = await sharedLinkSecret(store, settings, offer);
  const adminKey = await sharedAdminKey(store, settings, offer);
  const warnings = adminKey.source === "created" ? await writeAdminKey(adminKey) : [];
  return { adminKey, webhookSecrets, linkSecret, warnings };
}

async function sharedLinkSecret(
  store: PostgresStore,
  { publicUrl }: AssemblySettings,
  { made: { link }, nowMs }: Offer,
): Promise<Credentials["linkSecret"]> {
  if (publicUrl === undefined) return null;
  const kept = await store.keepSecret({ name: "link", value: link, nowMs });
  const parsed = parseLinkSecret(kept);
  if (!parsed.ok)
    throw new SettingError(`Cannot use the link secret that the database keeps: ${parsed.reason}`);
  return { value: parsed.value, source: kept === link ? "created" : "database", path: "" };
}

async function sharedSecrets(
  store: PostgresStore,
  { webhookSecrets }: AssemblySettings,
  { made: { webhook }, nowMs }: Offer,
): Promise<Credential<readonly string[]>> {
  if (webhookSecrets.length > 0) return { value: webhookSecrets, source: "environment", path: "" };
  const kept = await store.keepSecret({ name: "webhook", value: webhook, nowMs });
  const parsed = parseSecrets(kept);
  if (!parsed.ok)
    throw new SettingError(`Cannot use the webhook secret that the database keeps: ${parsed.reason}`);
  return { value: parsed.value, source: kept === webhook ? "created" : "database", path: "" };
}

async function sharedAdminKey(
  store: PostgresStore,
  { adminKey, dataFolder }: AssemblySettings,
  { made, nowMs }: Offer,
): Promise<Credential<string>> {
  if (adminKey !== undefined) return { value: adminKey, source: "environment", path: "" };
  const hash = hashOfKey(made.adminKey);
  const kept = await store.keepSecret({ name: "admin-key-hash", value: hash, nowMs });
  if (kept !== hash) return { value: "", source: "database", path: "" };
  return {
    value: made.adminKey,
    source: "created",
    path: dataFolder === null ? "" : adminKeyPath(dataFolder),
  };
}

/** It is shown, and works; if it cannot be written, only the commands of this machine have to be told it. */
async function writeAdminKey({ value, path }: Credential<string>): Promise<string[]> {
  try {
    if (path !== "") await createSecretFile(path, value, "the admin key");
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
