import { expect, test, vi } from "vitest";
import { ask } from "../postgres/ask.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { openEngine } from "./engine-on-database.ts";

/** A third of it is how long a worker that cannot come back keeps what it holds. */
const LEASE_MS = 6_000;
const COUNT = 20;
const ROLE = "belfry_refused";

function join(url: string) {
  return openEngine({ url, applicationName: "belfry refused", tuning: { leaseMs: LEASE_MS } });
}

test("a worker that is let in by no new connection gives what it holds to another, while its old ones live on", async () => {
  await using database = await createDatabase();
  await ask(database.url, `CREATE ROLE ${ROLE} LOGIN SUPERUSER`);
  try {
    const refused = new URL(database.url);
    refused.username = ROLE;
    await using one = await join(refused.href);
    await one.engine.start();
    await one.acceptAt(Array(COUNT).fill(1.9));
    await vi.waitFor(() => expect(one.engine.holding().waiting).toBe(COUNT), {
      timeout: 1_500,
      interval: 10,
    });

    await ask(database.url, `ALTER ROLE ${ROLE} NOLOGIN`);
    // Its presence alone holds a lock.
    const presence = `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l USING (pid)
      WHERE a.usename = $1 AND l.locktype = 'advisory'`;
    expect(await ask(database.url, presence, [ROLE])).toHaveLength(1);
    await using two = await join(database.url);
    await two.engine.start();

    const within = { timeout: LEASE_MS, interval: 20 };
    await vi.waitFor(() => expect(two.channel.sent).toHaveLength(COUNT), within);
    expect(one.channel.sent).toEqual([]);
    expect(one.told).toEqual([
      expect.stringMatching(/^Cannot open the database .*: it does not let the user/),
    ]);
    expect(two.channel.sent.every(({ attempt }) => attempt === 1)).toBe(true);
  } finally {
    await ask(database.url, `DROP OWNED BY ${ROLE}; DROP ROLE ${ROLE}`);
  }
});
