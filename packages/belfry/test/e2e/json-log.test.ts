import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import { spawnBelfry } from "./belfry-command.ts";
import { STORES, takeGround } from "./stores.ts";

type Entry = Record<string, unknown> & { level: string; msg: string };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-json-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(STORES)(
  "belfry start on %s tells all in JSON, and neither a key nor a message, when asked to",
  async (store) => {
    await using ground = await takeGround(store);
    const settings = {
      ...ground.settings,
      BELFRY_DATA: folder,
      BELFRY_PORT: "0",
      BELFRY_LOG_FORMAT: "json",
      BELFRY_LOG_LEVEL: "debug",
    };
    const child = spawnBelfry(["start"], settings);
    const entries: Entry[] = [];
    const lines = createInterface(child.stderr);
    const entry = async (msg: string): Promise<Entry> => {
      for (
        let found = entries.find((one) => one.msg === msg);
        ;
        found = entries.find((one) => one.msg === msg)
      ) {
        if (found) return found;
        await once(lines, "line");
      }
    };
    lines.on("line", (line) => entries.push(JSON.parse(line) as Entry));
    const printed = text(child.stdout);

    const { url } = await entry("ready");
    const key = readFileSync(join(folder, "admin.key"), "utf8").trim();
    const client = createClient({ url: String(url), key });
    const reminder = { schedule: { in: "PT0.1S" }, to: { channel: "inbox" }, message: "private" };
    const { id } = await client.reminders.create(reminder);
    expect(await entry("inbox received a message")).toMatchObject({ level: "info", reminderId: id });
    expect(await entry("delivery delivered")).toMatchObject({ level: "debug", reminderId: id });
    expect(await entry("request answered")).toMatchObject({ path: "/v1/reminders", status: 201 });
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([0, null]);

    expect(await printed).toBe("");
    expect(entries.map(({ msg }) => msg)).toEqual(expect.arrayContaining(["API key made", "stopping"]));
    expect(JSON.stringify(entries)).not.toContain("private");
    expect(JSON.stringify(entries)).not.toContain(key);
  },
);
