import {
  readWebhookSecret,
  WEBHOOK_SECRET_FORM,
  WEBHOOK_SECRET_PREFIX,
} from "../../domain/webhook-secret.ts";
import { Hmac } from "./hmac.ts";

const GENERATED_BYTES = 32;

export { WEBHOOK_SECRET_FORM as SECRET_FORM } from "../../domain/webhook-secret.ts";

/** A secret ready to sign with, or what is wrong with it; the message never holds the secret. */
export type ParsedSecret = { ok: true; hmac: Hmac } | { ok: false; message: string; allowed: string };

/** Makes a Standard Webhooks secret ready to sign with. */
export function parseWebhookSecret(text: string): ParsedSecret {
  const secret = readWebhookSecret(text);
  if (!secret.ok) {
    const message = `Cannot use this webhook secret: ${secret.reason}`;
    return { ok: false, message, allowed: WEBHOOK_SECRET_FORM };
  }
  return { ok: true, hmac: new Hmac(secret.bytes) };
}

/**
 * A new secret of 32 bytes.
 *
 * @param randomBytes source of `count` random bytes, such as node:crypto's
 */
export function generateWebhookSecret(randomBytes: (count: number) => Uint8Array): string {
  return WEBHOOK_SECRET_PREFIX + Buffer.from(randomBytes(GENERATED_BYTES)).toString("base64");
}
