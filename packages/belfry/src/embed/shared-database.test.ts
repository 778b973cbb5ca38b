import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createDatabase, type TestDatabase } from "../../test/postgres/shared-postgres.ts";
import type { Message } from "../channels/channel.ts";
import { type Belfry, createBelfry } from "./create-belfry.ts";
import type { BelfryOptions } from "./options.ts";

const SOON = { timeout: 10_000, interval: 20 };
const COUNT = 50;

let database: TestDatabase;
let folder: string;
const open: Belfry[] = [];
/** What each of them has sent, by its own function. */
const sent: Message[][] = [];

beforeEach(async () => {
  database = await createDatabase();
  folder = mkdtempSync(join(tmpdir(), "belfry-embedded-"));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((belfry) => belfry.stop()));
  sent.splice(0);
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function embed(options: BelfryOptions = {}): Promise<Belfry> {
  const own: Message[] = [];
  const log = async (message: Message): Promise<void> => {
    own.push(message);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const belfry = await createBelfry({
    folder: join(folder, String(sent.length)),
    database: database.url,
    channels: { log },
    ...options,
  });
  sent.push(own);
  open.push(belfry);
  return belfry;
}

async function remindMany(belfry: Belfry): Promise<void> {
  const wish = { schedule: { in: "PT0.2S" }, to: { channel: "log" }, message: "Stretch" };
  await belfry.remindAll(Array.from({ length: COUNT }, () => wish));
}

describe("two createBelfry() on one database", () => {
  test("share the work, see the same, and send everything once", async () => {
    const [first, second] = [await embed(), await embed()];
    await Promise.all([first.start(), second.start()]);
    await Promise.all([remindMany(first), remindMany(second)]);
    await vi.waitFor(() => expect(sent.flat()).toHaveLength(2 * COUNT), SOON);
    expect(new Set(sent.flat().map(({ deliveryId }) => deliveryId)).size).toBe(2 * COUNT);
    const [mine, theirs] = await Promise.all(
      [first, second].map(async (belfry) =>
        (await belfry.workers.list()).items.map(({ id, state }) => ({ id, state })),
      ),
    );
    expect(mine).toHaveLength(2);
    expect(mine).toEqual(theirs);
    const ids = async (belfry: Belfry) =>
      (await Array.fromAsync(belfry.reminders.all({ limit: 100 }))).map(({ id }) => id);
    expect(await ids(first)).toEqual(await ids(second));
  });

  test("go on alone when the other is stopped", async () => {
    const [first, second] = [await embed(), await embed()];
    await Promise.all([first.start(), second.start()]);
    await first.stop();
    await remindMany(second);
    await vi.waitFor(() => expect(sent[1]).toHaveLength(COUNT), SOON);
    expect(sent[0]).toEqual([]);
    expect((await second.workers.list()).items).toHaveLength(1);
  });

  test("let in by calls of their own, whoever has made the admin key, and by that over HTTP", async () => {
    const [first, second] = [await embed(), await embed({ listen: { port: 0 } })];
    expect(await first.tenants.list()).toEqual(await second.tenants.list());
    await second.start();
    // The first one made it; the second has but its hash.
    expect(readdirSync(join(folder, "0"))).toEqual(["admin.key"]);
    const { status } = await fetch(`${second.url}/v1/reminders`);
    expect(status).toBe(401);
  });
});

describe("createBelfry() on a database", () => {
  test("keeps what was accepted for the next one, in a schema of its own", async () => {
    const before = await embed({ database: { url: database.url, schema: "bells", poolSize: 2 } });
    const { id } = await before.remind({
      schedule: { in: "PT0.3S" },
      to: { channel: "log" },
      message: "Stretch",
    });
    await before.stop();
    const after = await embed({ database: { url: database.url, schema: "bells", poolSize: 2 } });
    await after.start();
    await vi.waitFor(() => expect(sent[1]).toMatchObject([{ reminderId: id }]), SOON);
    expect(sent[0]).toEqual([]);
  });

  test("rejects at once, and holds nothing, when the database cannot be used", async () => {
    const absent = new URL(database.url);
    absent.pathname = "/nowhere";
    await expect(embed({ database: absent.href })).rejects.toMatchObject({ code: "store_absent" });
    const refused = embed({ database: "postgres://u:s3cret@127.0.0.1:9/db" });
    await expect(refused).rejects.toMatchObject({ code: "store_unreachable" });
    await expect(refused).rejects.not.toThrow(/s3cret/);
  });

  test("names each part of the option that is wrong, and no password", async () => {
    const wrong = { url: "postgres://u:s3cret@host", schema: "Bells", poolSize: 1, size: 2 };
    const attempt = embed({ database: wrong as BelfryOptions["database"] & object });
    await expect(attempt).rejects.toThrow(
      /4 wrong\n {2}database\.size: there is no such option.*\n {2}database\.url = '\(hidden, \d+ characters\)': it names no database.*\n {2}database\.schema = 'Bells': it is no such name.*\n {2}database\.poolSize = '1': it is too small/,
    );
    await expect(attempt).rejects.not.toThrow(/s3cret/);
  });
});
