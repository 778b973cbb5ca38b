import { hash } from "node:crypto";

/** What a key may be allowed: to read and preview, to change, or both and to manage keys. */
export const SCOPES = ["read", "write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

const HINT_CHARACTERS = 4;

/** What is kept of a key: its SHA-256, hexadecimal. A random text of its length needs no slow hash. */
export function hashOfKey(key: string): string {
  return hash("sha256", key);
}

/** The last characters of a key: enough to know it by, far too few to guess the rest. */
export function hintOfKey(key: string): string {
  return key.slice(-HINT_CHARACTERS);
}
