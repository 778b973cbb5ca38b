// Ten million reminders at rest on PostgreSQL: `npm run bench -- resting`; ROWS sets how many. Prints the plan of
// the claim and of the search for what is due as PostgreSQL ran them, and how long both take with and without them.
import pg from "pg";
import {
  claimRequest,
  dueOnce,
  occurrenceAt,
  reminderOf,
} from "../../packages/belfry/src/store/contract/fixtures.ts";
import { CLAIM_DUE, claimParameters } from "../../packages/belfry/src/store/postgres/claim-statements.ts";
import { clientConfig } from "../../packages/belfry/src/store/postgres/connection-options.ts";
import { FIND_DUE } from "../../packages/belfry/src/store/postgres/promote.ts";
import type { Statement } from "../../packages/belfry/src/store/postgres/statement.ts";
import { openPostgresStore } from "../../packages/belfry/src/store/postgres/store.ts";
import type { Store } from "../../packages/belfry/src/store/store.ts";
import { startPostgres } from "../../packages/belfry/test/postgres/start-postgres.ts";
import { medianOf, round } from "../median.ts";

const ROWS = Number(process.env.ROWS ?? 10_000_000);
const PER_INSERT = 500_000;
const DAY_MS = 86_400_000;
/** Deliveries that wait in the near window, a tenth of them due. */
const NEAR = 20_000;
const CLAIMED = 200;
const PROMOTED = 500;
const PROMOTED_AHEAD_MS = 900_000;
const REPEATS = 51;

/** Measures and prints; resolves with whether the rows at rest cost nothing. */
export async function measure(): Promise<boolean> {
  await using server = await startPostgres({ durable: true });
  const connection = { url: server.url(), schema: "belfry", applicationName: "belfry bench" };
  const store = await openPostgresStore({ ...connection, poolSize: 2, notifyWithinMs: 0 });
  const client = new pg.Client(clientConfig(connection));
  await client.connect();
  const nowMs = Date.now();
  await acceptNear(store, nowMs);
  const empty = await timesOf({ store, client, nowMs });
  await fill(client, { store, nowMs });
  const full = await timesOf({ store, client, nowMs });
  console.log(await planOf(client, CLAIM_DUE, claimValues(nowMs)));
  console.log(await planOf(client, FIND_DUE, [nowMs + PROMOTED_AHEAD_MS, PROMOTED, null, null]));
  await printSizes(client);
  console.table({ "without them": empty, [`with ${ROWS} at rest`]: full });
  await client.end();
  await store.close();
  return full.claimMs <= 2 * empty.claimMs + 1 && full.promotionMs <= 2 * empty.promotionMs + 1;
}

async function acceptNear(store: Store, nowMs: number): Promise<void> {
  const near = Array.from({ length: NEAR }, (_, i) => {
    const lane = `host-${i % 100}.test`;
    return dueOnce({ id: `rem_near_${i}`, dueMs: i % 10 === 0 ? nowMs : nowMs + 600_000, lane });
  });
  for (let from = 0; from < NEAR; from += 1_000) await store.accept(near.slice(from, from + 1_000));
}

/** Copies one that was accepted, with another id and instant: within a year, from the third day on. */
async function fill(client: pg.Client, { store, nowMs }: { store: Store; nowMs: number }): Promise<void> {
  const reminder = reminderOf({ id: "rem_far", next: occurrenceAt(nowMs + 400 * DAY_MS) });
  await store.accept([{ reminder, deliveries: [] }]);
  const { rows } = await client.query<{ name: string }>(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'belfry' AND table_name = 'reminders'",
  );
  const names = rows.map(({ name }) => name);
  const made: Readonly<Record<string, string>> = {
    id: "'rem_rest_' || lpad(n::text, 12, '0')",
    next_due: `${nowMs + 3 * DAY_MS} + (n * 7919::bigint * 1000) % ${362 * DAY_MS}`,
    shard: "(n % 840)::smallint",
  };
  const values = names.map((name) => made[name] ?? `far.${name}`);
  for (let from = 0; from < ROWS; from += PER_INSERT) {
    const to = Math.min(ROWS, from + PER_INSERT);
    await client.query(
      `INSERT INTO reminders (${names.join(", ")}) SELECT ${values.join(", ")}
       FROM generate_series(${from + 1}, ${to}) AS n, reminders AS far WHERE far.id = 'rem_far'`,
    );
    console.error(`${to} of ${ROWS} at rest`);
  }
  await client.query("VACUUM (ANALYZE) reminders");
  await client.query("CHECKPOINT");
}

interface Times {
  claimMs: number;
  promotionMs: number;
}

interface Timed {
  store: Store;
  client: pg.Client;
  nowMs: number;
}

/** Each claim is taken back, so that all find the same. */
async function timesOf({ store, client, nowMs }: Timed): Promise<Times> {
  const claims: number[] = [];
  const promotions: number[] = [];
  for (let nth = 0; nth < REPEATS; nth++) {
    await client.query("BEGIN");
    claims.push(await timeOf(() => client.query({ ...CLAIM_DUE, values: claimValues(nowMs) })));
    await client.query("ROLLBACK");
    promotions.push(
      await timeOf(() => store.findDueReminders({ horizonMs: nowMs + PROMOTED_AHEAD_MS, limit: PROMOTED })),
    );
  }
  return { claimMs: round(medianOf(claims)), promotionMs: round(medianOf(promotions)) };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begunMs = performance.now();
  await work();
  return performance.now() - begunMs;
}

function claimValues(nowMs: number): unknown[] {
  const request = claimRequest({ nowMs, horizonMs: nowMs + 2_000, laneLimit: 5_000 });
  return [...claimParameters(request, CLAIMED, new Map()), nowMs];
}

/** As the store has it planned: once, for all values. */
async function planOf(client: pg.Client, { text }: Statement, values: readonly unknown[]): Promise<string> {
  await client.query("BEGIN");
  const explained = `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) ${text}`;
  const { rows } = await client.query<{ "QUERY PLAN": string }>(explained, [...values]);
  await client.query("ROLLBACK");
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

async function printSizes(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    "SELECT count(*)::int AS reminders, pg_size_pretty(pg_table_size('reminders')) AS rows, pg_size_pretty(pg_indexes_size('reminders')) AS indexes, pg_size_pretty(pg_relation_size('reminders_due')) AS by_due FROM reminders",
  );
  console.table(rows);
}
