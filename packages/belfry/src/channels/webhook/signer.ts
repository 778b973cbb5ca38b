import { SettingError } from "../../domain/errors.ts";
import { BoundedCache } from "./bounded-cache.ts";
import type { Hmac } from "./hmac.ts";
import { parseWebhookSecret, SECRET_FORM } from "./secret.ts";

/** What is signed: `id.timestamp.body`, over the bytes as they are sent. */
export interface SignedParts {
  id: string;
  /** Seconds since the epoch, in decimal. */
  timestamp: string;
  body: Uint8Array;
}

/** The header's value, or why there is none; the message never holds a secret. */
export type Signature = { ok: true; value: string } | { ok: false; message: string };

/** Signs as Standard Webhooks says: one `v1,<base64 HMAC-SHA256>` for each secret. */
export interface Signer {
  /** @param secrets the endpoint's own; where there are none, the installation's sign. */
  sign(parts: SignedParts, secrets: readonly string[]): Signature;
}

/** How many endpoints' keys are kept ready, which is a few MB. */
const KEPT_KEYS = 10_000;

/**
 * @param installationSecrets `whsec_…`, the newest first
 * @throws SettingError if one of them is not a webhook secret
 */
export function createSigner(installationSecrets: readonly string[]): Signer {
  const installationKeys = installationSecrets.map(installationKey);
  const cache = new BoundedCache<Hmac | "invalid">(KEPT_KEYS);
  return {
    sign(parts, secrets) {
      const keys = secrets.length === 0 ? installationKeys : secrets.map((text) => cache.get(text, keyOf));
      return signWith(parts, keys);
    },
  };
}

function installationKey(text: string): Hmac {
  const parsed = parseWebhookSecret(text);
  if (!parsed.ok) throw new SettingError(`${parsed.message}; allowed: ${parsed.allowed}`);
  return parsed.hmac;
}

function keyOf(text: string): Hmac | "invalid" {
  const parsed = parseWebhookSecret(text);
  return parsed.ok ? parsed.hmac : "invalid";
}

function signWith(parts: SignedParts, keys: readonly (Hmac | "invalid")[]): Signature {
  if (keys.length === 0)
    return { ok: false, message: "neither the endpoint nor the installation has a secret" };
  const head = Buffer.from(`${parts.id}.${parts.timestamp}.`);
  let value = "";
  for (const [index, key] of keys.entries()) {
    if (key === "invalid")
      return { ok: false, message: `secret ${index + 1} of the endpoint is not ${SECRET_FORM}` };
    const digest = key.digest(head, parts.body);
    value += value === "" ? `v1,${digest}` : ` v1,${digest}`;
  }
  return { ok: true, value };
}
