import { describe, expect, test } from "vitest";
import { readSettings } from "../config/settings.ts";
import { InvalidInputError } from "../domain/errors.ts";
import { systemClock } from "../engine/clock.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { readOptions } from "./read-options.ts";

/** What is wrong with options that may be of any kind, as a program without types gives them. */
function wrong(options: unknown): InvalidInputError {
  try {
    readOptions(options as Parameters<typeof readOptions>[0]);
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  throw new Error("Cannot find anything wrong: the options were taken");
}

describe("readOptions()", () => {
  test("gives the defaults of the settings, but logs less, when nothing is given", () => {
    const { settings, address, channels, clock, log } = readOptions({});
    const { settings: defaults } = readSettings({});
    const { database, ...others } = settings;
    expect({ ...defaults, logLevel: "warn" }).toMatchObject(others);
    expect(database).toBeNull();
    expect(settings.dataFolder).toBe("./data");
    expect({ address, channels, clock }).toEqual({ address: null, channels: [], clock: systemClock });
    expect(log.stream).toBe(process.stderr);
  });

  test("reads each option", () => {
    const clock = new VirtualClock(0);
    const secret = `whsec_${"a".repeat(32)}`;
    const read = readOptions({
      folder: "/var/lib/belfry",
      database: { url: "postgres://u:p@db.test/belfry", schema: "bells", poolSize: 4 },
      timeZone: "europe/paris",
      nearWindow: "PT1H",
      tick: "PT30M",
      retention: "P1D",
      rateLimit: "600/PT1M",
      adminKey: "k".repeat(32),
      webhookSecrets: [secret, secret],
      webhookAllow: "127.0.0.1, 10.0.0.0/8",
      webhookTimeout: "PT1S",
      logLevel: "error",
      logFormat: "json",
      listen: { port: 0 },
      clock,
    });
    expect(read.settings).toEqual({
      dataFolder: "/var/lib/belfry",
      database: { url: "postgres://u:p@db.test/belfry", schema: "bells", poolSize: 4 },
      timeZone: "Europe/Paris",
      nearWindowMs: 3_600_000,
      tickMs: 1_800_000,
      retentionMs: 86_400_000,
      rateLimit: { quota: 600, windowMs: 60_000 },
      adminKey: "k".repeat(32),
      webhookSecrets: [secret, secret],
      webhookAllow: ["127.0.0.1", "10.0.0.0/8"],
      webhookTimeoutMs: 1_000,
      logLevel: "error",
      logFormat: "json",
    });
    expect(read.address).toMatchObject({ port: 0, host: "127.0.0.1" });
    expect(read.clock).toBe(clock);
    expect(readOptions({ listen: {} }).address).toMatchObject({ port: 8080 });
    expect(readOptions({ folder: ":memory:" }).settings.dataFolder).toBeNull();
  });

  test("names every option that is wrong, its value and what is allowed, when several are", () => {
    const error = wrong({
      tick: "P2D",
      timeZone: "Paris",
      folder: 5,
      logLevel: "",
      listen: { port: 70_000 },
    });
    expect(error.code).toBe("invalid_input");
    expect(error.issues.map(({ path }) => path.join("."))).toEqual([
      "folder",
      "timeZone",
      "tick",
      "logLevel",
      "listen.port",
    ]);
    expect(error.message.split("\n")).toEqual([
      "Cannot use the options: 5 wrong",
      "  folder = 5: it is not a text. Allowed: a path; a relative one starts at the working directory",
      expect.stringMatching(/^ {2}timeZone = 'Paris': .+ Allowed: an IANA time zone/),
      "  tick = 'P2D': it is too long. Allowed: an ISO 8601 duration from PT0.1S to P1D",
      expect.stringMatching(/^ {2}logLevel = '': it is empty. Allowed: trace, debug/),
      "  listen.port = '70000': it is too large. Allowed: a whole number from 0 to 65535",
    ]);
  });

  test("refuses a near window that is shorter than the tick", () => {
    expect(wrong({ nearWindow: "PT1S" }).message).toContain(
      "nearWindow = 'PT1S': it is shorter than the tick. Allowed: the tick or longer",
    );
    expect(wrong({ tick: "PT1H" }).message).toContain("nearWindow: it is shorter than the tick");
  });

  test("refuses what is no option, and no object", () => {
    expect(wrong({ folders: "data" }).message).toMatch(
      /folders: there is no such option. Allowed: folder, database, channels, .*clock$/,
    );
    expect(wrong({ listen: { prot: 1 } }).message).toContain(
      "listen.prot: there is no such option. Allowed: port, host",
    );
    expect(wrong({ listen: 8080 }).message).toContain("listen = 8080: it is not an object");
    expect(wrong({ listen: { port: "8080" } }).message).toContain("listen.port = '8080': it is not a number");
    expect(wrong(null).message).toContain("options = null: it is not an object");
    expect(wrong({ clock: Date.now }).message).toContain("clock = [Function: now]: it is no clock");
    expect(wrong({ clock: null }).message).toContain("clock = null: it is no clock");
    expect(wrong({ logStream: "stderr" }).message).toContain("logStream = 'stderr': it takes no text");
  });

  test("shows no secret, whether it is wrong, of the wrong type or under a misspelt name", () => {
    const key = "hunter2-hunter2";
    for (const options of [
      { adminKey: key },
      { adminKey: [key, 1] },
      { adminkey: key },
      { webhookSecrets: key },
    ]) {
      const error = wrong(options);
      expect(error.message).not.toContain("hunter2");
      expect(JSON.stringify(error.issues)).not.toContain("hunter2");
    }
  });
});

describe("readOptions() of channels", () => {
  const channel = {
    name: "pager",
    idempotent: true,
    concurrencyPerDestination: 1,
    checkAddress: () => ({ ok: true as const, destination: "pager" }),
    send: async () => ({ kind: "delivered" as const }),
    close: async () => {},
  };

  test("makes channels of functions and takes those that are some", () => {
    const { channels } = readOptions({ channels: { log: async () => {}, pager: channel } });
    expect(channels.map(({ name }) => name)).toEqual(["log", "pager"]);
    expect(channels[1]).toBe(channel);
  });

  test("refuses a name that is built in or has not the right form", () => {
    const send = async (): Promise<void> => {};
    expect(wrong({ channels: { inbox: send } }).message).toContain(
      "channels.inbox = [AsyncFunction: send]: a channel of this name is built in. Allowed: a name other than inbox, webhook",
    );
    for (const name of ["Log", "", "-x", "x".repeat(64), "a b"]) {
      expect(wrong({ channels: { [name]: send } }).issues).toMatchObject([
        { path: ["channels", name], allowed: expect.stringContaining("1 to 63 lower-case letters") },
      ]);
    }
  });

  test("names each part of a channel that is not right", () => {
    const half = { ...channel, send: undefined, concurrencyPerDestination: 0, name: "page" };
    expect(wrong({ channels: { pager: half } }).issues.map(({ path }) => path.join("."))).toEqual([
      "channels.pager.name",
      "channels.pager.concurrencyPerDestination",
      "channels.pager.send",
    ]);
    expect(wrong({ channels: { pager: "page" } }).message).toContain(
      "channels.pager = 'page': it is neither a function nor a channel. Allowed: a function that sends one message, or a Channel",
    );
    expect(wrong({ channels: [channel] }).message).toContain("channels = [Array]: it is not an object");
  });
});
