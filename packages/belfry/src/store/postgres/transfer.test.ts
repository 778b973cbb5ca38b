import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { expect, test } from "vitest";
import { createDatabase } from "../../../test/postgres/shared-postgres.ts";
import { acceptDue, LEASE_MS, NOW } from "../contract/fixtures.ts";
import { newPlace } from "../contract/move-places.ts";
import { moveInstallation } from "../move.ts";
import { inspectPostgresStore } from "./inspect.ts";
import { openPostgresStore } from "./store.ts";
import { openPostgresTransfer } from "./transfer.ts";

/** Roles are the whole server's, so this run has a name of its own. */
const RUNTIME = `runtime_${randomBytes(4).toString("hex")}`;

async function run(url: string, statements: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statements);
  await client.end();
}

test("a user who may make, change and drop no table can move into a database and out of it", async () => {
  await using database = await createDatabase();
  await using from = await newPlace("sqlite", () => NOW);
  await using to = await newPlace("sqlite", () => NOW);
  const store = await from.openStore();
  await acceptDue(store);
  await store.close();
  const connection = { url: database.url, schema: "belfry" };
  await (await openPostgresTransfer({ ...connection, mustExist: false })).close();
  await run(
    database.url,
    `CREATE ROLE ${RUNTIME} LOGIN; GRANT USAGE ON SCHEMA belfry TO ${RUNTIME};
     GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA belfry TO ${RUNTIME};
     GRANT USAGE ON ALL SEQUENCES IN SCHEMA belfry TO ${RUNTIME}`,
  );
  const runtime = new URL(database.url);
  runtime.username = RUNTIME;
  try {
    const open = () => openPostgresTransfer({ ...connection, url: runtime.href, mustExist: true });
    const [left, middle] = [await from.openTransfer(), await open()];
    await moveInstallation({ from: left, to: middle, newId: "move_1", leaseMs: LEASE_MS });
    await left.close();
    await middle.close();
    const there = await openPostgresStore({
      ...connection,
      url: runtime.href,
      applicationName: "test",
      poolSize: 2,
      notifyWithinMs: 0,
    });
    expect((await there.counts()).reminders.active).toBe(1);
    await there.close();

    const [again, home] = [await open(), await to.openTransfer()];
    const moved = await moveInstallation({ from: again, to: home, newId: "move_2", leaseMs: LEASE_MS });
    expect(moved).toContainEqual({ what: "open deliveries", rows: 1 });
    await again.close();
    await home.close();
    const findings = await inspectPostgresStore({ ...connection, poolSize: 2 });
    expect(findings.find(({ check }) => check === "move")).toMatchObject({
      status: "fail",
      mend: `what it held was moved to ${home.place}; use that one`,
    });
  } finally {
    await run(database.url, `DROP OWNED BY ${RUNTIME}; DROP ROLE ${RUNTIME}`);
  }
});
