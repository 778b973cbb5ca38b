const MIN_BYTES = 24;
const MAX_BYTES = 64;

/** What every webhook secret begins with. */
export const WEBHOOK_SECRET_PREFIX = "whsec_";

/** What a webhook secret looks like, in words. */
export const WEBHOOK_SECRET_FORM = `"${WEBHOOK_SECRET_PREFIX}" and the base64 of ${MIN_BYTES} to ${MAX_BYTES} bytes`;

/** The bytes of a secret, or why it is none; the reason never holds the secret. */
export type WebhookSecret = { ok: true; bytes: Uint8Array } | { ok: false; reason: string };

/** Reads a Standard Webhooks secret: `whsec_` and the padded base64 of 24 to 64 bytes. */
export function readWebhookSecret(text: string): WebhookSecret {
  if (!text.startsWith(WEBHOOK_SECRET_PREFIX)) return no(`it does not start with "${WEBHOOK_SECRET_PREFIX}"`);
  const base64 = text.slice(WEBHOOK_SECRET_PREFIX.length);
  const bytes = Buffer.from(base64, "base64");
  // Buffer skips what is not base64, so only a text that comes out as it went in is taken.
  if (bytes.toString("base64") !== base64)
    return no(`what follows "${WEBHOOK_SECRET_PREFIX}" is not padded base64`);
  if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) return no(`it holds ${bytes.length} bytes`);
  return { ok: true, bytes };
}

function no(reason: string): WebhookSecret {
  return { ok: false, reason };
}
