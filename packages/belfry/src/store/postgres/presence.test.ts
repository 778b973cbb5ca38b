import { Client } from "pg";
import { expect, test } from "vitest";
import { createDatabase } from "../../../test/postgres/shared-postgres.ts";
import { NOW } from "../contract/fixtures.ts";
import { openPostgresStore } from "./store.ts";
import { openPostgresTransfer } from "./transfer.ts";

test("a process that was cut off comes back only once a move that was begun meanwhile is given up", async () => {
  await using database = await createDatabase();
  const connection = { url: database.url, schema: "belfry" };
  const name = "belfry cut off";
  const store = await openPostgresStore({
    ...connection,
    applicationName: name,
    poolSize: 2,
    notifyWithinMs: 0,
  });
  const transfer = await openPostgresTransfer({ ...connection, mustExist: true });
  const lost = Promise.withResolvers<void>();
  const back = Promise.withResolvers<void>();
  let isBack = false;
  void back.promise.then(() => {
    isBack = true;
  });
  const worker = {
    id: "wrk_1",
    roles: ["worker" as const],
    host: "h",
    pid: 1,
    version: "1",
    machine: null,
    partition: null,
  };
  await store.join({ ...worker, startedAtMs: NOW }, { onLost: lost.resolve, onBack: back.resolve });

  await transfer.mark({ id: "move_1", stage: "leaving", place: "elsewhere" });
  const superuser = new Client({ connectionString: database.url });
  await superuser.connect();
  await superuser.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
    [name],
  );
  await lost.promise;
  // Each try is a session, which ends again.
  const before = await sessions(superuser);
  while ((await sessions(superuser)) < before + 3);
  expect(isBack).toBe(false);

  await transfer.mark(null);
  await back.promise;
  await superuser.end();
  await transfer.close();
  await store.close();
});

async function sessions(client: Client): Promise<number> {
  const { rows } = await client.query<{ sessions: string }>(
    "SELECT sessions FROM pg_stat_database WHERE datname = current_database()",
  );
  return Number(rows[0]?.sessions);
}
