import { lockClass } from "./advisory.ts";
import type { Database } from "./database.ts";
import { storeError } from "./failure.ts";

/** One that hangs in the middle must not keep all others from starting for ever. */
const WAITS_MS = 30_000;
const LOOKS_EVERY_MS = 100;

/** Runs work while no other process does, by an advisory lock of a connection of its own. */
export function createExclusively(database: Database) {
  const key = [lockClass(database.schema, "exclusive"), 0];
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const client = database.client();
    client.on("error", () => {
      // The lock is gone with it; the work goes on, as it would for one that waited too long.
    });
    try {
      await client.connect();
      const deadlineMs = performance.now() + WAITS_MS;
      while (!(await tries(client, key)) && performance.now() < deadlineMs)
        await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));
    } catch (error) {
      client.end().catch(() => {});
      throw storeError("open", database.place, error);
    }
    try {
      return await work();
    } finally {
      client.end().catch(() => {});
    }
  };
}

async function tries(client: ReturnType<Database["client"]>, key: readonly number[]): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS locked", [
    ...key,
  ]);
  return rows[0]?.locked === true;
}
