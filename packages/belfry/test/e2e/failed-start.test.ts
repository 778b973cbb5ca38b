import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import { ask } from "../postgres/ask.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { startHangingReceiver } from "../receivers/misbehaving-receivers.ts";
import { runBelfry } from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";

/** Stands for a disk that is full: whatever the start would write of deliveries is refused. */
const REFUSE_WRITES = `
  CREATE TRIGGER no_room BEFORE UPDATE ON deliveries BEGIN SELECT RAISE(ABORT, 'no room'); END;`;

const WAIT = { timeout: 10_000, interval: 20 };

test("a start that cannot take up its work ends with a code and a reason; the next one takes it up", async () => {
  await using hanging = await startHangingReceiver();
  await using belfry = await BelfryProcess.start();
  const client = await belfry.client();
  const to = { channel: "webhook", address: hanging.url };
  await client.reminders.create({ schedule: { in: "PT0.1S" }, to, message: "held" });
  await vi.waitFor(() => expect(hanging.requestCount).toBe(1), WAIT);
  await belfry.kill();

  using database = new DatabaseSync(join(belfry.dataFolder, "belfry.db"));
  database.exec(REFUSE_WRITES);
  const { code, out, err } = await runBelfry(["start"], belfry.settings);
  expect(code).toBe(1);
  expect(out).not.toContain("ready");
  expect(err).toMatch(/^Cannot write to the database \S+belfry\.db: no room\n$/);

  database.exec("DROP TRIGGER no_room");
  await belfry.restart();
  await vi.waitFor(() => expect(hanging.requestCount).toBe(2), WAIT);
});

/** Stands for a database that refuses what every start writes. */
const REFUSE_TENANTS = `
  CREATE FUNCTION belfry.refuse_all() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no room''; END';
  CREATE TRIGGER no_room BEFORE INSERT ON belfry.tenants EXECUTE FUNCTION belfry.refuse_all()`;

test("a start that fails after it has opened a database ends at once, with a code and a reason", async () => {
  await using database = await createDatabase();
  // With a key of its own nothing is written into a data folder.
  const key = { BELFRY_ADMIN_KEY: "a-key-that-is-kept-in-no-file-0123456789" };
  const settings = { BELFRY_DATABASE_URL: database.url, BELFRY_PORT: "0", ...key };
  expect(await runBelfry(["migrate"], settings)).toMatchObject({ code: 0 });
  await ask(database.url, REFUSE_TENANTS);
  const begunAt = performance.now();
  const { code, out, err } = await runBelfry(["start"], settings);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^Cannot write to the database \S+: no room\n$/);
  expect(performance.now() - begunAt).toBeLessThan(10_000);
});
