import { DATABASE_URL_FORM } from "../domain/database-address.ts";
import { WEBHOOK_SECRET_FORM } from "../domain/webhook-secret.ts";
import {
  KEY_FORM,
  parseAllowEntries,
  parseDatabaseUrl,
  parseDurationBetween,
  parseHost,
  parseKey,
  parsePath,
  parsePort,
  parseRateLimit,
  parseSchema,
  parseSecrets,
  parseServerUrl,
  parseTimeZone,
  parseWholeBetween,
  parseWord,
  SERVER_URL_FORM,
} from "./parsers.ts";
import { optional, type Setting } from "./setting.ts";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
const LOG_FORMATS = ["auto", "json", "pretty"] as const;
const METRICS_SWITCH = ["on", "off"] as const;

function setting<Value>(definition: Setting<Value>): Setting<Value> {
  return definition;
}

function duration(
  definition: Omit<Setting<number>, "parse" | "allowed"> & { from: string; to: string },
): Setting<number> {
  const { from, to, ...rest } = definition;
  return {
    ...rest,
    allowed: `an ISO 8601 duration from ${from} to ${to}`,
    parse: parseDurationBetween(from, to),
  };
}

/** Every setting of Belfry, in the order in which people read them. */
export const SETTINGS = {
  host: setting({
    env: "BELFRY_HOST",
    description: "Where the API listens; `0.0.0.0` or `::` for every interface",
    allowed: "an IP address or a host name, without port",
    default: "127.0.0.1",
    parse: parseHost,
  }),
  port: setting({
    env: "BELFRY_PORT",
    description: "The port of the API; `0` takes any that is free",
    allowed: "a whole number from 0 to 65535",
    default: "8080",
    parse: parsePort,
  }),
  publicUrl: setting({
    env: "BELFRY_PUBLIC_URL",
    description:
      "Where people reach this server from outside: the links in messages, such as the one that acknowledges, " +
      "begin with it; the same for every process on a database",
    allowed: SERVER_URL_FORM,
    default: "",
    defaultWords: "none: messages have no links",
    parse: optional(parseServerUrl),
  }),
  dataFolder: setting({
    env: "BELFRY_DATA",
    description: "The folder that keeps the database and the secrets made at the first start",
    allowed: "a path; a relative one starts at the working directory",
    default: "./data",
    parse: parsePath,
  }),
  databaseUrl: setting({
    env: "BELFRY_DATABASE_URL",
    description:
      "The PostgreSQL database, 14 or newer, that keeps everything instead of the data folder; any number of " +
      "processes may work on it",
    allowed: DATABASE_URL_FORM,
    default: "",
    defaultWords: "none: SQLite in the data folder",
    secret: true,
    parse: optional(parseDatabaseUrl),
  }),
  databaseSchema: setting({
    env: "BELFRY_DATABASE_SCHEMA",
    description: "The schema of that database which is Belfry's alone",
    allowed: "1 to 40 lower-case letters, digits and underscores, not beginning with a digit or `pg_`",
    default: "belfry",
    parse: parseSchema,
  }),
  databasePool: setting({
    env: "BELFRY_DATABASE_POOL",
    description: "Connections that a process opens to it at most, besides two that stand for the process",
    allowed: "a whole number from 2 to 100",
    default: "10",
    parse: parseWholeBetween(2, 100),
  }),
  timeZone: setting({
    env: "BELFRY_TIME_ZONE",
    description: "The zone of floating rules: wall-clock rules that name none",
    allowed: 'an IANA time zone such as "Europe/Paris" or "UTC"',
    default: "UTC",
    parse: parseTimeZone,
  }),
  nearWindowMs: duration({
    env: "BELFRY_NEAR_WINDOW",
    description: "How far ahead of their instant reminders become deliveries; no shorter than `BELFRY_TICK`",
    default: "PT15M",
    from: "PT0.1S",
    to: "P1D",
  }),
  tickMs: duration({
    env: "BELFRY_TICK",
    description: "How often the scheduler looks for reminders that enter the near window",
    default: "PT1M",
    from: "PT0.1S",
    to: "P1D",
  }),
  retentionMs: duration({
    env: "BELFRY_RETENTION",
    description: "How long settled deliveries and finished reminders stay in the history",
    default: "P30D",
    from: "PT1H",
    to: "P3650D",
  }),
  adminKey: setting({
    env: "BELFRY_ADMIN_KEY",
    description: "The first API key; one that is made is kept in `<data>/admin.key`",
    allowed: KEY_FORM,
    default: "",
    defaultWords: "made at the first start",
    secret: true,
    parse: optional(parseKey),
  }),
  rateLimit: setting({
    env: "BELFRY_RATE_LIMIT",
    description:
      "How many requests each API key may make in a window: so many at once, and then as many as come back evenly; " +
      "counted by each process for itself",
    allowed: "`off`, or a whole number and a duration of whole seconds from PT1S to P1D, such as `600/PT1M`",
    default: "off",
    parse: parseRateLimit,
  }),
  webhookSecrets: setting({
    env: "BELFRY_WEBHOOK_SECRETS",
    description:
      "The secrets that sign webhooks to addresses, and to endpoints without their own; each one signs. One that " +
      "is made is kept in `<data>/webhook.secret`",
    allowed: `one or more, separated by spaces; each ${WEBHOOK_SECRET_FORM}`,
    default: "",
    defaultWords: "made at the first start",
    secret: true,
    parse: parseSecrets,
  }),
  webhookAllow: setting({
    env: "BELFRY_WEBHOOK_ALLOW",
    description: "What webhooks may reach although it is not on the public internet",
    allowed:
      "IP addresses, networks such as `10.0.0.0/8` or `fd00::/8`, host names, `*.example.com` for all hosts " +
      "below it; separated by spaces or commas",
    default: "",
    defaultWords: "nothing",
    parse: parseAllowEntries,
  }),
  webhookTimeoutMs: duration({
    env: "BELFRY_WEBHOOK_TIMEOUT",
    description: "How long one attempt of a webhook may take",
    default: "PT15S",
    from: "PT0.1S",
    to: "PT5M",
  }),
  logLevel: setting({
    env: "BELFRY_LOG_LEVEL",
    description: "The least that is logged",
    allowed: LOG_LEVELS.join(", "),
    default: "info",
    parse: parseWord(LOG_LEVELS),
  }),
  logFormat: setting({
    env: "BELFRY_LOG_FORMAT",
    description:
      "How it is logged: lines for people (`pretty`), for programs (`json`), or by who reads (`auto`); with `json` " +
      "what `belfry start` tells goes through the log too",
    allowed: LOG_FORMATS.join(", "),
    default: "auto",
    parse: parseWord(LOG_FORMATS),
  }),
  metrics: setting({
    env: "BELFRY_METRICS",
    description:
      "Whether the server gathers metrics and gives them at `/metrics` to whoever asks, without a key",
    allowed: METRICS_SWITCH.join(", "),
    default: "on",
    parse: parseWord(METRICS_SWITCH),
  }),
  url: setting({
    env: "BELFRY_URL",
    description:
      "The server that the commands talk to; else the one at `BELFRY_HOST` and `BELFRY_PORT` if one of them or " +
      "`BELFRY_KEY` is set, else the one that `belfry login` has stored, else the one of this machine",
    allowed: SERVER_URL_FORM,
    default: "",
    defaultWords: "the stored or the local server",
    parse: optional(parseServerUrl),
  }),
  key: setting({
    env: "BELFRY_KEY",
    description:
      "The API key that the commands send to the server of `BELFRY_URL`, or without that to the one of this " +
      "machine; else `BELFRY_ADMIN_KEY`, else the stored one of that server, else the key in `<data>/admin.key`",
    allowed: KEY_FORM,
    default: "",
    defaultWords: "that server's",
    secret: true,
    parse: optional(parseKey),
  }),
};

/** The settings by the names that the source uses. */
export type SettingName = keyof typeof SETTINGS;

/** What every setting holds. */
export type Settings = {
  [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer Value> ? Value : never;
};
