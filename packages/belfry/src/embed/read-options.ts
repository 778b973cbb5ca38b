import type { Channel } from "../channels/channel.ts";
import { SETTINGS } from "../config/table.ts";
import { type Clock, systemClock } from "../engine/clock.ts";
import type { AssemblyPlan, AssemblySettings } from "./assembly.ts";
import type { Address } from "./listen.ts";
import { type Given, OptionReader } from "./option-reader.ts";
import type { BelfryOptions, DatabaseOptions, ListenOptions } from "./options.ts";
import { readChannels } from "./read-channels.ts";

/** The options, checked, with the defaults where nothing was given. */
export interface OptionsRead {
  settings: AssemblySettings;
  /** Null to listen nowhere. */
  address: Address | null;
  channels: Channel[];
  clock: Clock;
  log: AssemblyPlan["log"];
}

/** Every option, whose names a compiler holds to the type. */
const NAMES: Readonly<Record<keyof BelfryOptions, true>> = {
  folder: true,
  database: true,
  channels: true,
  timeZone: true,
  listen: true,
  publicUrl: true,
  nearWindow: true,
  tick: true,
  retention: true,
  rateLimit: true,
  adminKey: true,
  webhookSecrets: true,
  webhookAllow: true,
  webhookTimeout: true,
  logLevel: true,
  logFormat: true,
  logStream: true,
  clock: true,
};

/** The names of all options, in the order in which people read them. */
export const OPTION_NAMES = Object.keys(NAMES);

const DATABASE_NAMES: readonly (keyof DatabaseOptions)[] = ["url", "schema", "poolSize"];
const LISTEN_NAMES: readonly (keyof ListenOptions)[] = ["port", "host"];
const IN_MEMORY = ":memory:";
/** A guest speaks up only when something is wrong; a server tells what it does. */
const LOG_LEVEL = "warn";

/**
 * Reads the options of a host program, which may have no types.
 *
 * @throws InvalidInputError naming each option that is wrong, its value and what is allowed
 */
export function readOptions(options: BelfryOptions): OptionsRead {
  const reader = new OptionReader();
  const given = reader.object({ path: [], value: options }, OPTION_NAMES);
  const at = (name: keyof BelfryOptions): Given => ({ path: [name], value: given[name] });
  const read: OptionsRead = {
    settings: readSettings(reader, at),
    address: readAddress(reader, at("listen")),
    channels: readChannels(reader, at("channels")),
    clock: readClock(reader, at("clock")),
    log: readLogStream(reader, at("logStream")),
  };
  reader.finish();
  return read;
}

function readSettings(reader: OptionReader, at: (name: keyof BelfryOptions) => Given): AssemblySettings {
  const folder = at("folder");
  const settings: AssemblySettings = {
    dataFolder: folder.value === IN_MEMORY ? null : reader.setting(SETTINGS.dataFolder, folder),
    database: readDatabase(reader, at("database")),
    publicUrl: reader.setting(SETTINGS.publicUrl, at("publicUrl")),
    timeZone: reader.setting(SETTINGS.timeZone, at("timeZone")),
    nearWindowMs: reader.setting(SETTINGS.nearWindowMs, at("nearWindow")),
    tickMs: reader.setting(SETTINGS.tickMs, at("tick")),
    retentionMs: reader.setting(SETTINGS.retentionMs, at("retention")),
    rateLimit: reader.setting(SETTINGS.rateLimit, at("rateLimit")),
    adminKey: reader.setting(SETTINGS.adminKey, at("adminKey")),
    webhookSecrets: reader.setting(SETTINGS.webhookSecrets, at("webhookSecrets")),
    webhookAllow: reader.setting(SETTINGS.webhookAllow, at("webhookAllow")),
    webhookTimeoutMs: reader.setting(SETTINGS.webhookTimeoutMs, at("webhookTimeout")),
    logLevel: reader.setting({ ...SETTINGS.logLevel, default: LOG_LEVEL }, at("logLevel")),
    logFormat: reader.setting(SETTINGS.logFormat, at("logFormat")),
  };
  // With a window shorter than a tick, a reminder could fall due between two looks of the scheduler.
  if (settings.nearWindowMs < settings.tickMs)
    reader.refuse(at("nearWindow"), "it is shorter than the tick", "the tick or longer");
  return settings;
}

function readDatabase(reader: OptionReader, given: Given): AssemblySettings["database"] {
  if (given.value === undefined) return null;
  const isUrl = typeof given.value === "string";
  const object = isUrl ? { url: given.value } : reader.object(given, DATABASE_NAMES);
  const at = (name: keyof DatabaseOptions): Given => ({ path: ["database", name], value: object[name] });
  const size = at("poolSize");
  if (size.value !== undefined && typeof size.value !== "number")
    reader.refuse(size, "it is not a number", SETTINGS.databasePool.allowed);
  const sizeText = typeof size.value === "number" ? String(size.value) : undefined;
  const url = reader.setting(SETTINGS.databaseUrl, isUrl ? given : at("url"));
  // One that is wrong has been told, and stays hidden: it may hold a password.
  if (object.url === undefined) reader.refuse(at("url"), "it is missing", SETTINGS.databaseUrl.allowed);
  return {
    url: url ?? "",
    schema: reader.setting(SETTINGS.databaseSchema, at("schema")),
    poolSize: reader.setting(SETTINGS.databasePool, { ...size, value: sizeText }),
  };
}

function readAddress(reader: OptionReader, listen: Given): Address | null {
  if (listen.value === undefined) return null;
  const { port, host } = reader.object(listen, LISTEN_NAMES);
  if (port !== undefined && typeof port !== "number")
    reader.refuse({ path: ["listen", "port"], value: port }, "it is not a number", SETTINGS.port.allowed);
  const portText = typeof port === "number" ? String(port) : undefined;
  return {
    port: reader.setting(SETTINGS.port, { path: ["listen", "port"], value: portText }),
    host: reader.setting(SETTINGS.host, { path: ["listen", "host"], value: host }),
    names: { port: "listen.port", host: "listen.host" },
  };
}

function readClock(reader: OptionReader, given: Given): Clock {
  const clock = given.value as Partial<Clock> | null | undefined;
  if (clock === undefined) return systemClock;
  if (typeof clock?.now !== "function" || typeof clock.at !== "function")
    reader.refuse(given, "it is no clock", "an object with now() and at(), such as a VirtualClock");
  return clock as Clock;
}

function readLogStream(reader: OptionReader, given: Given): AssemblyPlan["log"] {
  const stream = (given.value ?? process.stderr) as NonNullable<BelfryOptions["logStream"]>;
  if (typeof stream.write !== "function")
    reader.refuse(given, "it takes no text", "an object with write(), such as process.stderr");
  return { stream, isTerminal: stream.isTTY === true, colours: stream.isTTY === true };
}
