import { afterAll, beforeAll } from "vitest";
import { createDatabase } from "../../../test/postgres/shared-postgres.ts";
import { type PostgresServer, startPostgres } from "../../../test/postgres/start-postgres.ts";
import { describeStore } from "../contract/suite.ts";
import { openPostgresStore } from "./store.ts";

// Of its own: events are shown once no older transaction is open on the server, and other files' tests have some.
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

describeStore("postgres", async () => {
  const database = await createDatabase({ url: server.url(), major: server.major });
  const store = await openPostgresStore({
    url: database.url,
    schema: "belfry",
    applicationName: "belfry test",
    poolSize: 5,
    notifyWithinMs: 3_000,
    graceMs: 0,
  });
  return {
    ...store,
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
});
