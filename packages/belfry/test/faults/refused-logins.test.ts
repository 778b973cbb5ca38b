import { expect, test, vi } from "vitest";
import { createRegistry } from "../../src/channels/registry.ts";
import { createIdSource } from "../../src/domain/ids.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import { RecordingChannel, TENANT } from "../../src/engine/engine-fixture.ts";
import { DEFAULT_TUNING } from "../../src/engine/ports.ts";
import { openPostgresStore } from "../../src/store/postgres/store.ts";
import { ask } from "../postgres/ask.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";

/** A third of it is how long a worker that cannot come back keeps what it holds. */
const LEASE_MS = 6_000;
const COUNT = 20;
const ROLE = "belfry_refused";

/** A process with a worker, on a database that all share. */
async function join(url: string) {
  const own = { schema: "belfry", applicationName: "belfry refused", poolSize: 4, notifyWithinMs: 3_000 };
  const told: string[] = [];
  const onConnectionFault = ({ message }: Error) => told.push(message);
  const store = await openPostgresStore({ url, ...own, onConnectionFault });
  const channel = new RecordingChannel();
  const engine = createEngine({
    store,
    channels: createRegistry([channel]),
    clock: systemClock,
    ids: createIdSource(Date.now, (count) => crypto.getRandomValues(new Uint8Array(count))),
    random: Math.random,
    tuning: { ...DEFAULT_TUNING, leaseMs: LEASE_MS },
    onFault: () => {},
  });
  const end = async () => {
    await engine.stop();
    await store.close();
  };
  return { store, channel, engine, told, [Symbol.asyncDispose]: end };
}

test("a worker that is let in by no new connection gives what it holds to another, while its old ones live on", async () => {
  await using database = await createDatabase();
  await ask(database.url, `CREATE ROLE ${ROLE} LOGIN SUPERUSER`);
  try {
    const refused = new URL(database.url);
    refused.username = ROLE;
    await using one = await join(refused.href);
    await one.store.ensureTenant({ ...TENANT, nowMs: Date.now() });
    await one.engine.start();
    const request = { schedule: { in: "PT1.9S" }, to: { channel: "webhook", address: "http://one.test/" } };
    const wishes = Array.from({ length: COUNT }, () => ({ ...request, content: { text: "hi" } }));
    for (const result of await one.engine.accept(TENANT, wishes)) if (!result.ok) throw result.error;
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
