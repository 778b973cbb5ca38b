import { createHash } from "node:crypto";

/** Crockford's base 32 in lower case: no i, l, o, u; sorts as the bytes do. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** The kinds of id that Belfry makes; the prefix says what an id names. */
export type IdPrefix =
  | "rem"
  | "rcp"
  | "cmp"
  | "evt"
  | "cal"
  | "msg"
  | "dlv"
  | "occ"
  | "tnt"
  | "key"
  | "end"
  | "wrk"
  | "req";

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
  let random = new Uint8Array(RANDOM_BYTES);
  /** All of an id but its last byte, in which most that are made within a millisecond differ. */
  let head = "";
  return {
    next: (prefix) => {
      const nowMs = Math.floor(now());
      const isLater = nowMs > lastMs;
      if (isLater) {
        lastMs = nowMs;
        random = Uint8Array.from(randomBytes(RANDOM_BYTES));
      } else countUp(random);
      const last = random[RANDOM_BYTES - 1] ?? 0;
      // Counted up to 0, it has carried over into the bytes before it.
      if (isLater || last === 0) head = base32(uuidV7(lastMs, random).subarray(0, -1));
      return `${prefix}_${head}${ALPHABET[last >>> 3]}${ALPHABET[(last & 7) << 2]}`;
    },
  };
}

const RANDOM_BYTES = 10;

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

/** Bytes as characters of 5 bits each, most significant first; 15 bytes are just 24 characters. */
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
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31];
}

/** The first 100 bits of a hash: the same parts give the same text, on every machine and for ever. */
function hashOf(parts: readonly string[]): string {
  return base32(createHash("sha256").update(parts.join("\u0000")).digest().subarray(0, 13)).slice(0, 20);
}

/**
 * Why an occurrence exists: the rule rang, someone asked for an extra one, or nobody acknowledged the one
 * before (`repeat`).
 */
export type OccurrenceKind = "rule" | "snooze" | "trigger" | "repeat";

/** What makes an occurrence itself, whatever is edited around it. */
export interface OccurrenceIdentity {
  tenantId: string;
  /** The reminder, or campaign x recipient. */
  series: string;
  kind: OccurrenceKind;
  /** The nominal time; for yearly rules the year; for snooze and trigger the request's id. */
  key: string;
}

/** The id of an occurrence: the minute of its key, then a hash of series x kind x key in its tenant. */
export function occurrenceId({ tenantId, series, kind, key }: OccurrenceIdentity): string {
  return `occ_${minuteOf(key)}${hashOf([tenantId, series, kind, key])}`;
}

/**
 * The id of a delivery: the minute of its occurrence, then a hash of occurrence x target x channel. A
 * second promotion of the same occurrence therefore cannot make a second delivery, and retry and
 * redrive keep the id.
 */
export function deliveryId(occurrence: string, target: string, channel: string): string {
  return `dlv_${occurrence.slice(4, 4 + MINUTE_DIGITS)}${hashOf([occurrence, target, channel])}`;
}

/** The part of an id that says when it was made. */
const TIME_DIGITS = 10;
const ID_DIGITS = 26;

/**
 * The id of the reminder that a campaign keeps for a recipient: the same whoever makes it, and however often, so
 * that there can be no second one. It sorts with the campaign.
 */
export function campaignReminderId(tenantId: string, campaignId: string, recipientId: string): string {
  const time = campaignId.slice("cmp_".length, "cmp_".length + TIME_DIGITS);
  return `rem_${time}${hashOf([tenantId, campaignId, recipientId]).slice(0, ID_DIGITS - TIME_DIGITS)}`;
}

const MINUTE_DIGITS = 7;
const NOMINAL = /^(\d{4})(?:-(\d\d)-(\d\d)T(\d\d):(\d\d))?/;

/**
 * The minute that a key begins with, as seven characters that sort; a key that names none (a request's
 * id) has its place by its hash alone. Ids of one time lie together in an index, so that the index of a
 * long history is written in one place and not everywhere. It comes from the key and from nothing that
 * an edit could move, such as the due instant.
 */
function minuteOf(key: string): string {
  const [, year, month = "01", day = "01", hour = "00", minute = "00"] = NOMINAL.exec(key) ?? [];
  if (year === undefined) return hashOf([key]).slice(0, MINUTE_DIGITS);
  const minutes =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) / 60_000;
  let rest = minutes + MINUTES_BEFORE_1970;
  let text = "";
  for (let digit = 0; digit < MINUTE_DIGITS; digit++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** From the year 0 on, so that no minute is negative. */
const MINUTES_BEFORE_1970 = 62_167_219_200 / 60;
