import { join } from "node:path";
import { generateWebhookSecret } from "../channels/webhook/secret.ts";
import { SettingError } from "../domain/errors.ts";
import { generateKey } from "./generated-key.ts";
import { generateLinkSecret, LINK_SECRET_FORM, parseLinkSecret } from "./link-secret.ts";
import { KEY_FORM, parseKey, parseSecrets } from "./parsers.ts";
import { createSecretFile, readSecretFile } from "./secret-file.ts";
import type { Parsed } from "./setting.ts";

/**
 * Where a secret comes from; `created`: by this very start, so it is to be shown once. Of an admin key of the
 * database nobody knows more than its hash.
 */
export type CredentialSource = "environment" | "file" | "database" | "created";

/** A secret of the installation. */
export interface Credential<Value> {
  /** Empty if nobody knows more than its hash. */
  value: Value;
  source: CredentialSource;
  /** The file that keeps it, also when the environment overrides that; empty: there is none. */
  path: string;
}

/** What an installation needs to know callers and to sign. */
export interface Credentials {
  /** `hash`: what is known of it, if its value is not. */
  adminKey: Credential<string> & { hash?: string };
  webhookSecrets: Credential<readonly string[]>;
  /** What signs the links in messages; null: there are none, since nobody has said where they lead. */
  linkSecret: Credential<string> | null;
  /** What an operator should mend. */
  warnings: string[];
}

/** What is set, and where the rest is kept. */
export interface CredentialOptions {
  dataFolder: string;
  adminKey: string | undefined;
  webhookSecrets: readonly string[];
  /** Where the links in messages lead; undefined: there are none. */
  publicUrl?: string | undefined;
  /** Source of `count` random bytes, such as node:crypto's. */
  randomBytes(count: number): Uint8Array;
}

/** How one kind of secret is kept in a file. */
interface SecretKind<Value> {
  what: string;
  path: string;
  allowed: string;
  parse(text: string): Parsed<Value>;
  generate(): string;
}

/**
 * The secrets from the environment, else from their files in the data folder, else made now and
 * kept there, readable for their owner alone.
 *
 * @throws SettingError if a file cannot be read or written, or holds something else
 */
export async function ensureCredentials(options: CredentialOptions): Promise<Credentials> {
  const warnings: string[] = [];
  const keyKind = adminKeyKind(options.dataFolder, options.randomBytes);
  const secretKind = webhookSecretKind(options.dataFolder, options.randomBytes);
  const adminKey: Credentials["adminKey"] =
    options.adminKey === undefined
      ? ((await knownByHash(options.dataFolder)) ?? (await readOrCreate(keyKind, warnings)))
      : { value: options.adminKey, source: "environment", path: keyKind.path };
  const webhookSecrets: Credential<readonly string[]> =
    options.webhookSecrets.length === 0
      ? await readOrCreate(secretKind, warnings)
      : { value: options.webhookSecrets, source: "environment", path: secretKind.path };
  const linkKind = linkSecretKind(options.dataFolder, options.randomBytes);
  const linkSecret = options.publicUrl === undefined ? null : await readOrCreate(linkKind, warnings);
  return { adminKey, webhookSecrets, linkSecret, warnings };
}

/**
 * The admin key of which a move from PostgreSQL has brought the hash alone, since that knows no more. One that
 * is in its own file comes first.
 */
async function knownByHash(dataFolder: string): Promise<Credentials["adminKey"] | undefined> {
  if (await readSecretFile(adminKeyPath(dataFolder), "the admin key")) return undefined;
  const path = adminKeyHashPath(dataFolder);
  const file = await readSecretFile(path, "the hash of the admin key");
  if (!file) return undefined;
  if (SHA_256.test(file.text)) return { value: "", source: "database", path, hash: file.text };
  throw new SettingError(
    `Cannot use the hash of the admin key in ${path}: it is no SHA-256 in hexadecimal; delete the file to have a new key made`,
  );
}

const SHA_256 = /^[0-9a-f]{64}$/;

/** Where the hash of the admin key is kept if the key is known to its owner alone; deleted, a new key is made. */
export function adminKeyHashPath(dataFolder: string): string {
  return join(dataFolder, "admin.key.hash");
}

export function webhookSecretPath(dataFolder: string): string {
  return join(dataFolder, "webhook.secret");
}

/** Where what signs the links in messages is kept; deleted, a new one is made and the old links are dead. */
export function linkSecretPath(dataFolder: string): string {
  return join(dataFolder, "link.secret");
}

/** Where the admin key of a data folder is kept. */
export function adminKeyPath(dataFolder: string): string {
  return join(dataFolder, "admin.key");
}

/**
 * The admin key that a data folder keeps, or undefined if it keeps none.
 *
 * @throws SettingError if the file cannot be read or holds something else
 */
export async function readAdminKey(dataFolder: string): Promise<string | undefined> {
  const kind = adminKeyKind(dataFolder, () => new Uint8Array());
  return (await readExisting(kind, []))?.value;
}

async function readOrCreate<Value>(kind: SecretKind<Value>, warnings: string[]): Promise<Credential<Value>> {
  const existing = await readExisting(kind, warnings);
  if (existing) return existing;
  const text = kind.generate();
  if (await createSecretFile(kind.path, text, kind.what)) {
    return { value: acceptedValue(kind, text), source: "created", path: kind.path };
  }
  // Another start was faster; what it wrote counts.
  const winner = await readExisting(kind, warnings);
  if (winner) return winner;
  throw new SettingError(`Cannot write ${kind.what}: ${kind.path} came and went; is it being cleaned up?`);
}

async function readExisting<Value>(
  kind: SecretKind<Value>,
  warnings: string[],
): Promise<Credential<Value> | undefined> {
  const file = await readSecretFile(kind.path, kind.what);
  if (!file) return undefined;
  if (file.warning) warnings.push(file.warning);
  return { value: acceptedValue(kind, file.text), source: "file", path: kind.path };
}

function acceptedValue<Value>(kind: SecretKind<Value>, text: string): Value {
  const parsed = kind.parse(text);
  if (parsed.ok) return parsed.value;
  throw new SettingError(
    `Cannot use ${kind.what} in ${kind.path}: ${parsed.reason}. Allowed: ${kind.allowed}`,
  );
}

function adminKeyKind(dataFolder: string, randomBytes: CredentialOptions["randomBytes"]): SecretKind<string> {
  return {
    what: "the admin key",
    path: adminKeyPath(dataFolder),
    allowed: `${KEY_FORM}; delete the file to have a new one made`,
    parse: parseKey,
    generate: () => generateKey(randomBytes),
  };
}

function webhookSecretKind(
  dataFolder: string,
  randomBytes: CredentialOptions["randomBytes"],
): SecretKind<readonly string[]> {
  return {
    what: "the webhook secret",
    path: webhookSecretPath(dataFolder),
    allowed: "secrets of the form whsec_…, separated by white space; delete the file to have a new one made",
    parse: parseSecrets,
    generate: () => generateWebhookSecret(randomBytes),
  };
}

function linkSecretKind(
  dataFolder: string,
  randomBytes: CredentialOptions["randomBytes"],
): SecretKind<string> {
  return {
    what: "the link secret",
    path: linkSecretPath(dataFolder),
    allowed: `${LINK_SECRET_FORM}; delete the file to have a new one made`,
    parse: parseLinkSecret,
    generate: () => generateLinkSecret(randomBytes),
  };
}
