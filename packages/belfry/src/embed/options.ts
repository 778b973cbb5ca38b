import type { Channel } from "../channels/channel.ts";
import type { ChannelFunction } from "../channels/function/function-channel.ts";
import type { Settings } from "../config/settings.ts";
import type { Clock } from "../engine/clock.ts";

/**
 * How an embedded Belfry differs from the default. No environment is read. Durations are ISO 8601:
 * `PT15M`. Ranges are those of the settings of the same purpose (docs/reference/settings.md).
 */
export interface BelfryOptions {
  /**
   * The folder that keeps the database and the secrets made at the first start; `:memory:` keeps nothing.
   * Default: `./data`.
   */
  folder?: string;
  /**
   * A PostgreSQL database, 14 or newer, that keeps everything instead of the folder: its address, or more of
   * it. Other processes may work on it at the same time, embedded or not. Time is then the database's.
   */
  database?: string | DatabaseOptions;
  /**
   * Ways to reach someone besides the built-in `inbox` and `webhook`, by the name that reminders use: 1 to 63
   * lower-case letters, digits, dots, hyphens and underscores, beginning with a letter or digit.
   */
  channels?: Readonly<Record<string, ChannelFunction | Channel>>;
  /** The IANA zone of rules on the wall clock that name none. Default: `UTC`. */
  timeZone?: string;
  /** Where the API listens besides; without it, nowhere. */
  listen?: ListenOptions;
  /** Where people reach the API that listens, from outside: links in messages begin with it. Default: no links. */
  publicUrl?: string;
  /** How far ahead of their instant reminders become deliveries; no shorter than `tick`. Default: `PT15M`. */
  nearWindow?: string;
  /** How often the scheduler looks for reminders that enter the near window. Default: `PT1M`. */
  tick?: string;
  /** How long settled deliveries and finished reminders stay in the history. Default: `P30D`. */
  retention?: string;
  /** How many requests each API key may make over HTTP, such as `600/PT1M`. Default: `off`. */
  rateLimit?: string;
  /** The first API key, for callers over HTTP. Default: made at the first start, kept in `<folder>/admin.key`. */
  adminKey?: string;
  /** Each signs webhooks. Default: one made at the first start, kept in `<folder>/webhook.secret`. */
  webhookSecrets?: string | readonly string[];
  /** Addresses, networks and hosts that webhooks may reach although they are not public. Default: none. */
  webhookAllow?: string | readonly string[];
  /** How long one attempt of a webhook may take. Default: `PT15S`. */
  webhookTimeout?: string;
  /** The least that is logged. Default: `warn`. */
  logLevel?: Settings["logLevel"];
  /** Lines for people, for programs, or by who reads. Default: `auto`. */
  logFormat?: Settings["logFormat"];
  /** Takes the log, line by line. Default: standard error. */
  logStream?: LogStream;
  /** Time. Default: the machine's; `belfry/testing` has one that is moved by hand. */
  clock?: Clock;
}

export interface DatabaseOptions {
  /** `postgres://user:password@host:5432/database?sslmode=verify-full` */
  url: string;
  /** The schema of the database which is Belfry's alone. Default: `belfry`. */
  schema?: string;
  /** Connections at most, besides two that stand for the process. Default: 10. */
  poolSize?: number;
}

export interface ListenOptions {
  /** 0 takes any that is free. Default: 8080. */
  port?: number;
  /** Default: `127.0.0.1`. */
  host?: string;
}

/** Such as a stream of Node. */
export interface LogStream {
  write(text: string): unknown;
  /** True if people read it. */
  isTTY?: boolean;
}
