import { createHash } from "node:crypto";

/** Crockford's base 32 in lower case: no i, l, o, u; sorts as the bytes do. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** The kinds of id that Belfry makes; the prefix says what an id names. */
export type IdPrefix = "rem" | "rcp" | "cmp" | "msg" | "dlv" | "occ" | "tnt" | "key" | "end" | "wrk" | "req";

/** Source of fresh ids; injected, so that tests and simulations are repeatable. */
export interface IdSource {
  /** A new id such as `rem_01k9…`: sortable by the time of its making. */
  next(prefix: IdPrefix): string;
}

/**
 * Ids made of UUIDv7 (RFC 9562 §5.7) in base 32: 26 characters that sort in the order of their making,
 * also within a millisecond (RFC 9562 §6.2, method 2: the random part counts up).
 *
 * @param now the injected clock, in ms since the epoch
 * @param randomBytes source of `count` random bytes
 */
export function createIdSource(now: () => number, randomBytes: (count: number) => Uint8Array): IdSource {
  let lastMs = Number.NEGATIVE_INFINITY;
  let random = new Uint8Array(10);
  return {
    next: (prefix) => {
      const nowMs = Math.floor(now());
      if (nowMs > lastMs) {
        lastMs = nowMs;
        random = Uint8Array.from(randomBytes(10));
      } else countUp(random);
      return `${prefix}_${base32(uuidV7(lastMs, random))}`;
    },
  };
}

function countUp(bytes: Uint8Array): void {
  for (let index = bytes.length - 1; index >= 0; index--) {
    const value = ((bytes[index] ?? 0) + 1) & 255;
    bytes[index] = value;
    if (value !== 0) return;
  }
}

function uuidV7(nowMs: number, random: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(nowMs) << 16n);
  bytes.set(random, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

/** 16 bytes as 26 characters, most significant first. */
function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31];
      value &= (1 << bits) - 1;
    }
  }
  return text + ALPHABET[(value << (5 - bits)) & 31];
}

/** A derived id: the same parts give the same id, on every machine and for ever. */
function derivedId(prefix: IdPrefix, parts: readonly string[]): string {
  const digest = createHash("sha256").update(parts.join("\u0000")).digest();
  return `${prefix}_${base32(digest.subarray(0, 16))}`;
}

/** Why an occurrence exists: the rule rang, or someone asked for an extra one. */
export type OccurrenceKind = "rule" | "snooze" | "trigger";

/** What makes an occurrence itself, whatever is edited around it. */
export interface OccurrenceIdentity {
  tenantId: string;
  /** The reminder, or campaign x recipient. */
  series: string;
  kind: OccurrenceKind;
  /** The nominal time; for yearly rules the year; for snooze and trigger the request's id. */
  key: string;
}

/** The id of an occurrence: a hash of series x kind x key within its tenant. */
export function occurrenceId(identity: OccurrenceIdentity): string {
  return derivedId("occ", [identity.tenantId, identity.series, identity.kind, identity.key]);
}

/**
 * The id of a delivery: a hash of occurrence x target x channel. A second promotion of the same
 * occurrence therefore cannot make a second delivery, and retry and redrive keep the id.
 */
export function deliveryId(occurrence: string, target: string, channel: string): string {
  return derivedId("dlv", [occurrence, target, channel]);
}
