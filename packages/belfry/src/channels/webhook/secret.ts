import { createSecretKey, type KeyObject } from "node:crypto";

const PREFIX = "whsec_";
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const GENERATED_BYTES = 32;

/** What a webhook secret looks like, in words. */
export const SECRET_FORM = `"${PREFIX}" and the base64 of ${MIN_BYTES} to ${MAX_BYTES} bytes`;

/** A secret ready to sign with, or what is wrong with it; the message never holds the secret. */
export type ParsedSecret = { ok: true; key: KeyObject } | { ok: false; message: string; allowed: string };

/** Reads a Standard Webhooks secret: `whsec_` and the padded base64 of 24 to 64 bytes. */
export function parseWebhookSecret(text: string): ParsedSecret {
  if (!text.startsWith(PREFIX)) return problem(`it does not start with "${PREFIX}"`);
  const base64 = text.slice(PREFIX.length);
  const bytes = Buffer.from(base64, "base64");
  // Buffer skips what is not base64, so only a text that comes out as it went in is taken.
  if (bytes.toString("base64") !== base64) return problem(`what follows "${PREFIX}" is not padded base64`);
  if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) return problem(`it holds ${bytes.length} bytes`);
  // A KeyObject signs several times faster than the same bytes handed over each time.
  return { ok: true, key: createSecretKey(bytes) };
}

function problem(reason: string): ParsedSecret {
  return { ok: false, message: `Cannot use this webhook secret: ${reason}`, allowed: SECRET_FORM };
}

/**
 * A new secret of 32 bytes.
 *
 * @param randomBytes source of `count` random bytes, such as node:crypto's
 */
export function generateWebhookSecret(randomBytes: (count: number) => Uint8Array): string {
  return PREFIX + Buffer.from(randomBytes(GENERATED_BYTES)).toString("base64");
}
