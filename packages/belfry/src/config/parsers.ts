import { parseAllowList } from "../channels/webhook/allow-list.ts";
import { readDatabaseAddress } from "../domain/database-address.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { readWebhookSecret } from "../domain/webhook-secret.ts";
import { parseDuration } from "../time/duration.ts";
import { ScheduleError } from "../time/schedule-error.ts";
import { resolveTimeZone } from "../time/zone-name.ts";
import type { Parsed } from "./setting.ts";

const HIGHEST_PORT = 65_535;
const SHORTEST_KEY = 32;
const LONGEST_KEY = 512;
const MOST_REQUESTS = 1_000_000;

/** What a key looks like, in words. */
export const KEY_FORM = `${SHORTEST_KEY} to ${LONGEST_KEY} printable ASCII characters`;

/** What the address of a server looks like, in words. */
export const SERVER_URL_FORM = "an http or https URL without credentials, query or fragment";

function wrong(reason: string): { ok: false; reason: string } {
  return { ok: false, reason };
}

/** One of the given words. */
export function parseWord<Word extends string>(words: readonly Word[]): (text: string) => Parsed<Word> {
  return (text) => {
    const value = words.find((word) => word === text);
    return value === undefined ? wrong("it is not one of them") : { ok: true, value };
  };
}

/** The address of a PostgreSQL database. The reason never repeats it: it may hold a password. */
export function parseDatabaseUrl(text: string): Parsed<string> {
  const read = readDatabaseAddress(text);
  return read.ok ? { ok: true, value: text } : read;
}

/** The name of a schema: as it stands in the database, without quotes. */
export function parseSchema(text: string): Parsed<string> {
  return /^[a-z_][a-z0-9_]{0,39}$/.test(text) && !text.startsWith("pg_")
    ? { ok: true, value: text }
    : wrong("it is no such name");
}

/** A whole number between two others. */
export function parseWholeBetween(least: number, most: number): (text: string) => Parsed<number> {
  return (text) => {
    if (!/^\d{1,9}$/.test(text)) return wrong("it is not a whole number");
    const value = Number(text);
    if (value < least) return wrong("it is too small");
    return value > most ? wrong("it is too large") : { ok: true, value };
  };
}

/** A TCP port; 0 stands for any free one. */
export function parsePort(text: string): Parsed<number> {
  if (/^[a-z]+:\/\//.test(text)) {
    // Kubernetes sets <SERVICE>_PORT=tcp://… in every pod beside a Service of that name.
    return wrong("this looks like the link to a Service named belfry; set `enableServiceLinks: false`");
  }
  if (!/^\d{1,5}$/.test(text)) return wrong("it is not a whole number");
  const port = Number(text);
  return port <= HIGHEST_PORT ? { ok: true, value: port } : wrong("it is too large");
}

/** An ISO 8601 duration between two others, in ms. */
export function parseDurationBetween(shortest: string, longest: string): (text: string) => Parsed<number> {
  return (text) => {
    let value: number;
    try {
      value = parseDuration(text);
    } catch {
      return wrong("it is not an ISO 8601 duration of fixed length");
    }
    if (value < parseDuration(shortest)) return wrong("it is too short");
    if (value > parseDuration(longest)) return wrong("it is too long");
    return { ok: true, value };
  };
}

/** So many requests in a window of whole seconds: `600/PT1M`; null for `off`. */
export function parseRateLimit(text: string): Parsed<RateLimit | null> {
  if (text === "off") return { ok: true, value: null };
  const [, quota, window] = /^(\d+)\/(P\S+)$/.exec(text) ?? [];
  if (quota === undefined || window === undefined) return wrong("it is not a number, a slash and a duration");
  if (Number(quota) < 1 || Number(quota) > MOST_REQUESTS)
    return wrong(`the number is not from 1 to ${MOST_REQUESTS}`);
  const parsed = parseDurationBetween("PT1S", "P1D")(window);
  if (!parsed.ok) return wrong(`the window cannot be read: ${parsed.reason}`);
  if (parsed.value % 1000 !== 0) return wrong("the window has a fraction of a second");
  return { ok: true, value: { quota: Number(quota), windowMs: parsed.value } };
}

/** An IANA time zone, with its proper capitals. */
export function parseTimeZone(text: string): Parsed<string> {
  try {
    return { ok: true, value: resolveTimeZone(text) };
  } catch (error) {
    if (error instanceof ScheduleError) return wrong(error.issues[0]?.message ?? error.message);
    throw error;
  }
}

/** A host name or address to listen on. */
export function parseHost(text: string): Parsed<string> {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  return /^[\w.:%-]+$/.test(bare) && !bare.includes("://") && !/^[^:]+:\d+$/.test(bare)
    ? { ok: true, value: bare }
    : wrong("it is no host name and no address");
}

/** A path; any text that a file system takes. */
export function parsePath(text: string): Parsed<string> {
  return text.includes("\u0000") ? wrong("it has a NUL character") : { ok: true, value: text };
}

/** A key that is hard to guess and fits `Authorization: Bearer <key>`. */
export function parseKey(text: string): Parsed<string> {
  if (!/^[\x20-\x7e]*$/.test(text)) return wrong("it has characters that are not printable ASCII");
  if (text.length < SHORTEST_KEY) return wrong("it is too short");
  return text.length > LONGEST_KEY ? wrong("it is too long") : { ok: true, value: text };
}

/** Webhook secrets separated by white space. */
export function parseSecrets(text: string): Parsed<readonly string[]> {
  const secrets = splitWords(text, /\s+/);
  for (const [index, secret] of secrets.entries()) {
    const read = readWebhookSecret(secret);
    if (!read.ok) return wrong(`in number ${index + 1} of ${secrets.length}, ${read.reason}`);
  }
  return { ok: true, value: secrets };
}

/** Entries of the allow list, separated by spaces or commas. */
export function parseAllowEntries(text: string): Parsed<readonly string[]> {
  const entries = splitWords(text, /[\s,]+/);
  const parsed = parseAllowList(entries);
  return parsed.ok ? { ok: true, value: entries } : wrong(`"${entries[parsed.index]}" is none of these`);
}

/** The address of a server: http or https, without credentials, query or fragment; no slash at its end. */
export function parseServerUrl(text: string): Parsed<string> {
  const url = URL.parse(text);
  if (url === null) return wrong("it is not a URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") return wrong("it is neither http nor https");
  if (url.username !== "" || url.password !== "") return wrong("it has credentials");
  if (url.search !== "" || url.hash !== "") return wrong("it has a query or a fragment");
  return { ok: true, value: url.href.replace(/\/+$/, "") };
}

function splitWords(text: string, separator: RegExp): string[] {
  return text.split(separator).filter((word) => word !== "");
}
