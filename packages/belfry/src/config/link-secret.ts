import type { Parsed } from "./setting.ts";

const SECRET_BYTES = 32;

/** What the secret looks like that signs the links in messages, in words. */
export const LINK_SECRET_FORM = "43 letters, digits, hyphens and underscores";

/**
 * A new secret that signs the links in messages: 256 bits.
 *
 * @param randomBytes source of `count` random bytes, such as node:crypto's
 */
export function generateLinkSecret(randomBytes: (count: number) => Uint8Array): string {
  return Buffer.from(randomBytes(SECRET_BYTES)).toString("base64url");
}

/** The reason never repeats the secret. */
export function parseLinkSecret(text: string): Parsed<string> {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, reason: "it is no such text" };
}
