import { expect, test, vi } from "vitest";
import { openPostgresStore } from "../../src/store/postgres/store.ts";
import { type Place, World } from "../model/world.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { ask } from "./cluster/account.ts";
import { DatabaseProxy } from "./cluster/database-proxy.ts";

const TENANT = { id: "tnt_stopped", timeZone: "UTC" };
/** As in production. */
const tuning = { beatMs: 500 };

/** A place on one database, whose processes are known to the server by a name of their own. */
function placeOn(url: string, applicationName: string): Place {
  const options = { url, schema: "belfry", applicationName, poolSize: 3, notifyWithinMs: 0, graceMs: 0 };
  return { open: () => openPostgresStore(options), close: async () => {} };
}

async function accept(world: World, text: string, wait: string): Promise<void> {
  const to = { channel: "webhook", address: "http://one.test/" };
  const request = { schedule: { in: wait }, to, content: { text } };
  const [result] = await world.engine.accept(TENANT, [request]);
  if (!result?.ok) throw result?.error ?? new Error("Cannot accept: no result");
}

const textsOf = ({ channel }: World): (string | undefined)[] =>
  channel.sent.map(({ content }) => content.text);

test("a worker that was stopped while it was cut off sends nothing of what others have taken over meanwhile", async () => {
  await using database = await createDatabase();
  await using proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
  const stopped = await World.begin(placeOn(proxy.through(database.url), "stopped"), { tuning });
  await accept(stopped, "one", "PT10S");
  await stopped.advance(9_500);
  // It holds it, for the next moment. Then it is stopped, and hears nothing of the end of its connections.
  proxy.goBlack();
  const connections = "FROM pg_stat_activity WHERE application_name = 'stopped'";
  await ask(database.url, `SELECT pg_terminate_backend(pid) ${connections}`);
  const other = await World.begin(placeOn(database.url, "other"), { tuning, idsFrom: 1_000_000 });
  await other.advance(20_000);
  expect(textsOf(other)).toEqual(["one"]);
  const goesOn = stopped.stopFor(10_500);
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  expect(textsOf(stopped)).toEqual([]);
  proxy.comeBack();
  await goesOn;
  expect(textsOf(stopped)).toEqual([]);
  await accept(stopped, "two", "PT1S");
  const sending = async () => {
    await stopped.advance(2_000);
    expect(textsOf(stopped)).toEqual(["two"]);
  };
  await vi.waitFor(sending, { timeout: 15_000 });
  await stopped.end();
  await other.end();
});
