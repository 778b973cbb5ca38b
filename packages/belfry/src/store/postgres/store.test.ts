import { createDatabase } from "../../../test/postgres/shared-postgres.ts";
import { describeStore } from "../contract/suite.ts";
import { openPostgresStore } from "./store.ts";

describeStore("postgres", async () => {
  const database = await createDatabase();
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
