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

/**
 * The secrets that all processes on a database share: those of the environment, else those that the
 * database keeps, else ones that are made now. Of an admin key it keeps the hash alone; whoever makes it is
 * shown it once, and has it in a file for the commands of this machine.
 */
export async function sharedCredentials(
  store: PostgresStore,
  settings: AssemblySettings,
  nowMs: number,
): Promise<Credentials> {
  const webhookSecrets = await sharedSecrets(store, settings, nowMs);
  const warnings: string[] = [];
  const adminKey = await sharedAdminKey(store, settings, { nowMs, warnings });
  const linkSecret = await sharedLinkSecret(store, settings, nowMs);
  return { adminKey, webhookSecrets, linkSecret, warnings };
}

async function sharedLinkSecret(
  store: PostgresStore,
  { publicUrl }: AssemblySettings,
  nowMs: number,
): Promise<Credentials["linkSecret"]> {
  if (publicUrl === undefined) return null;
  const made = generateLinkSecret(randomBytes);
  const kept = await store.keepSecret({ name: "link", value: made, nowMs });
  const parsed = parseLinkSecret(kept);
  if (!parsed.ok)
    throw new SettingError(`Cannot use the link secret that the database keeps: ${parsed.reason}`);
  return { value: parsed.value, source: kept === made ? "created" : "database", path: "" };
}

async function sharedSecrets(
  store: PostgresStore,
  { webhookSecrets }: AssemblySettings,
  nowMs: number,
): Promise<Credential<readonly string[]>> {
  if (webhookSecrets.length > 0) return { value: webhookSecrets, source: "environment", path: "" };
  const made = generateWebhookSecret(randomBytes);
  const kept = await store.keepSecret({ name: "webhook", value: made, nowMs });
  const parsed = parseSecrets(kept);
  if (!parsed.ok)
    throw new SettingError(`Cannot use the webhook secret that the database keeps: ${parsed.reason}`);
  return { value: parsed.value, source: kept === made ? "created" : "database", path: "" };
}

async function sharedAdminKey(
  store: PostgresStore,
  { adminKey, dataFolder }: AssemblySettings,
  { nowMs, warnings }: { nowMs: number; warnings: string[] },
): Promise<Credential<string>> {
  if (adminKey !== undefined) return { value: adminKey, source: "environment", path: "" };
  const made = generateKey(randomBytes);
  const kept = await store.keepSecret({ name: "admin-key-hash", value: hashOfKey(made), nowMs });
  if (kept !== hashOfKey(made)) return { value: "", source: "database", path: "" };
  const path = dataFolder === null ? "" : adminKeyPath(dataFolder);
  try {
    if (path !== "") await createSecretFile(path, made, "the admin key");
  } catch (error) {
    // It is shown, and works; only the commands of this machine have to be told it.
    warnings.push(error instanceof Error ? error.message : String(error));
  }
  return { value: made, source: "created", path };
}
