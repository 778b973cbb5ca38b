import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClient } from "../client/index.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { type Belfry, createBelfry } from "./create-belfry.ts";

const START = Date.UTC(2026, 2, 1);
const STRETCH = { schedule: { in: "PT10S" }, to: { channel: "log" }, message: "Stretch" };
const channels = { log: async (): Promise<void> => {} };

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "belfry-embed-"));
  folder = join(root, "data");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe("the data folder of createBelfry()", () => {
  test("is held by one at a time, and finds again what the one before has kept", async () => {
    const first = await createBelfry({ folder, channels });
    const { id } = await first.remind(STRETCH);
    await expect(createBelfry({ folder, channels })).rejects.toMatchObject({
      code: "store_in_use",
      message: expect.stringContaining("another Belfry runs on this folder"),
    });
    expect((await first.reminders.get(id)).state).toBe("active");
    await first.stop();
    const second = await createBelfry({ folder, channels });
    expect(await second.reminders.get(id)).toMatchObject({ state: "active", content: { text: "Stretch" } });
    await second.stop();
  });

  test("is private whatever the host's umask, and the process is left as it was", async () => {
    const umask = process.umask(0);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    const listeners = signals.map((signal) => process.listenerCount(signal));
    try {
      const belfry = await createBelfry({ folder, channels });
      await belfry.start();
      await belfry.remind(STRETCH);
      expect(modeOf(folder)).toBe(0o700);
      const files = readdirSync(folder);
      expect(files).toEqual(
        expect.arrayContaining(["admin.key", "belfry.db", "belfry.db-wal", "belfry.lock"]),
      );
      for (const file of files) expect([file, modeOf(join(folder, file))]).toEqual([file, 0o600]);
      expect(signals.map((signal) => process.listenerCount(signal))).toEqual(listeners);
      expect(process.umask()).toBe(0);
      await belfry.stop();
    } finally {
      process.umask(umask);
    }
  });

  test("is named with its option when it cannot be used", async () => {
    const file = new URL(import.meta.url).pathname;
    await expect(createBelfry({ folder: join(file, "data") })).rejects.toMatchObject({
      code: "invalid_setting",
      message: expect.stringMatching(/^Cannot use folder = ".+": the folder cannot be made or written/),
    });
  });

  test("is not there for `:memory:`", async () => {
    const before = readdirSync(".");
    const belfry = await createBelfry({ folder: ":memory:", channels });
    await belfry.remind(STRETCH);
    await belfry.stop();
    expect(readdirSync(".")).toEqual(before);
    expect(existsSync(":memory:")).toBe(false);
  });
});

describe("Belfry.start() and stop()", () => {
  test("may be called again, by several at once", async () => {
    const belfry = await createBelfry({ folder: ":memory:", channels });
    await Promise.all([belfry.start(), belfry.start()]);
    await belfry.start();
    await Promise.all([belfry.stop(), belfry.stop()]);
    await belfry.stop();
  });

  test("leave a Belfry that takes no calls and does not start again", async () => {
    const belfry = await createBelfry({ folder: ":memory:", channels });
    await belfry.stop();
    await expect(belfry.start()).rejects.toMatchObject({ code: "stopped" });
    await expect(belfry.remind(STRETCH)).rejects.toMatchObject({
      status: 503,
      code: "stopped",
      message: "Cannot answer: this Belfry has been stopped",
    });
  });

  test("stop at the end of an `await using`", async () => {
    let kept: Belfry;
    {
      await using belfry = await createBelfry({ folder, channels });
      kept = belfry;
      await belfry.start();
    }
    await expect(kept.inbox.list()).rejects.toMatchObject({ code: "stopped" });
    await (await createBelfry({ folder })).stop();
  });

  test("let a message that is being sent finish, which may still ask for more", async () => {
    const clock = new VirtualClock(START);
    const gate = Promise.withResolvers<void>();
    const log = async (): Promise<void> => {
      await gate.promise;
      await belfry.remind({ ...STRETCH, message: "And again" });
    };
    const belfry = await createBelfry({ folder, clock, channels: { log } });
    await belfry.start();
    await belfry.remind(STRETCH);
    await clock.advance(10_000);
    const stopping = belfry.stop();
    gate.resolve();
    await stopping;
    const next = await createBelfry({ folder, clock, channels });
    const texts = (await next.reminders.list()).items.map(({ state, content }) => [state, content.text]);
    expect(texts.sort()).toEqual([
      ["active", "And again"],
      ["finished", "Stretch"],
    ]);
    await next.stop();
  });

  test("end the stream of events, which tells all until then", async () => {
    const clock = new VirtualClock(START);
    const belfry = await createBelfry({ folder: ":memory:", clock, channels });
    await belfry.start();
    const opened = Promise.withResolvers<void>();
    const types: string[] = [];
    const following = (async () => {
      for await (const { type } of belfry.events({ onOpen: opened.resolve })) types.push(type);
    })();
    await opened.promise;
    await belfry.remind(STRETCH);
    await clock.advance(20_000);
    await belfry.stop();
    await following;
    expect(types[0]).toBe("reminder.accepted");
    expect(types.slice(-2)).toEqual(["delivery.delivered", "reminder.finished"]);
  });

  test("answer what was asked before the stop", async () => {
    const belfry = await createBelfry({ folder, channels });
    const asked = belfry.remind(STRETCH);
    await belfry.stop();
    const { id } = await asked;
    const next = await createBelfry({ folder, channels });
    expect((await next.reminders.get(id)).state).toBe("active");
    await next.stop();
  });
});

describe("createBelfry() with `listen`", () => {
  test("answers over HTTP too, to whoever has the key", async () => {
    const belfry = await createBelfry({ folder, channels, listen: { port: 0 } });
    expect(belfry.url).toBeNull();
    await belfry.start();
    const url = belfry.url ?? "";
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const key = readFileSync(join(folder, "admin.key"), "utf8").trim();
    const client = createClient({ url, key });
    const { id } = await client.reminders.create(STRETCH);
    expect(await belfry.reminders.get(id)).toMatchObject({ id, state: "active" });
    expect((await fetch(`${url}/v1/reminders`)).status).toBe(401);
    await belfry.stop();
    expect(belfry.url).toBeNull();
    await expect(client.reminders.get(id)).rejects.toThrow("nothing listens there");
  });

  test("limits callers over HTTP by the key that was given, and not its own process", async () => {
    const key = "k".repeat(40);
    const limited = { folder: ":memory:", adminKey: key, rateLimit: "1/P1D", listen: { port: 0 } };
    const belfry = await createBelfry(limited);
    await belfry.start();
    const client = createClient({ url: belfry.url ?? "", key });
    expect((await client.inbox.list()).items).toEqual([]);
    await expect(client.inbox.list()).rejects.toMatchObject({ status: 429 });
    for (const _ of [1, 2, 3]) expect((await belfry.inbox.list()).items).toEqual([]);
    await belfry.stop();
  });

  test("lets everything go when the port is taken, and names the option", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const belfry = await createBelfry({ folder, channels, listen: { port } });
    await expect(belfry.start()).rejects.toMatchObject({
      code: "invalid_setting",
      message: `Cannot listen: listen.port = ${port} is in use on 127.0.0.1; end what uses it, or set another`,
    });
    await expect(belfry.start()).rejects.toMatchObject({ code: "stopped" });
    await (await createBelfry({ folder, channels })).stop();
    await belfry.stop();
    other.close();
  });
});
