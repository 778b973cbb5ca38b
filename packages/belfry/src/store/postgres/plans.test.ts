import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createDatabase, type TestDatabase } from "../../../test/postgres/shared-postgres.ts";
import { acceptDue, claimOne, settlementOf } from "../contract/fixtures.ts";
import { clientConfig } from "./connection-options.ts";
import { explain, type Indexes, readIndexes, type Scan } from "./plan-fixture.ts";
import type { Statement } from "./statement.ts";
import { openPostgresStore, type PostgresStore } from "./store.ts";

/** Every statement that the store has made. */
const made = vi.hoisted(() => new Map<string, Statement>());

vi.mock(import("./statement.ts"), async (original) => {
  const { statement } = await original();
  return {
    statement: (name, text) => {
      if (made.has(name)) throw new Error(`Cannot test: two statements are named ${name}`);
      const one = statement(name, text);
      made.set(name, one);
      return one;
    },
  };
});

/** What grows with what is accepted. */
const LARGE = new Set([
  "reminders",
  "deliveries",
  "reminders_history",
  "deliveries_history",
  "ledger",
  "inbox",
  "idempotency",
  "sent_keys",
  "delivery_stats",
  "calendar_events",
]);

/** What reads more than it needs, and why that is bounded all the same. */
const BOUNDED_OTHERWISE: Readonly<Record<string, string>> = {
  find_missed: "once at a start, and of what is due soon",
};

let database: TestDatabase;
let store: PostgresStore;
let client: pg.Client;
let indexes: Indexes;
let plans: ReadonlyMap<string, Scan[]>;

beforeAll(async () => {
  database = await createDatabase();
  const connection = { url: database.url, schema: "belfry", applicationName: "belfry test" };
  // With places in the history, and nothing in them.
  store = await openPostgresStore({ ...connection, poolSize: 2, notifyWithinMs: 0 });
  client = new pg.Client(clientConfig(connection));
  await client.connect();
  indexes = await readIndexes(client);
  plans = await explainAll(client);
});

afterAll(async () => {
  await client?.end();
  await store?.close();
  await database?.drop();
});

async function explainAll(asked: pg.Client): Promise<Map<string, Scan[]>> {
  const explained = new Map<string, Scan[]>();
  for (const statement of made.values())
    explained.set(statement.name, await explain(asked, statement, indexes));
  return explained;
}

/** The indexes by which a statement reads what is large, each once. */
function indexesOf(name: string): string[] {
  const scans = plans.get(name) ?? [];
  const large = scans.filter(({ table }) => LARGE.has(table));
  return [...new Set(large.map(({ table, index }) => index ?? `all of ${table}`))].sort();
}

/** Would read more and more as its table grows. */
function isUnbounded({ table, index, cond, isLimited }: Scan): boolean {
  if (!LARGE.has(table) || isLimited) return false;
  // A row by its place, which another scan has found.
  if (index === null) return !/\bctid\b/.test(cond);
  const leading = indexes.leading.get(index) ?? "";
  const isByTenantAlone = leading === "tenant_id" && !cond.includes(" AND ");
  return isByTenantAlone || !new RegExp(`\\b${leading}\\b`).test(cond);
}

function unboundedIn(explained: ReadonlyMap<string, Scan[]>): string[] {
  return [...explained].flatMap(([name, scans]) => {
    const found = name in BOUNDED_OTHERWISE ? [] : scans.filter(isUnbounded);
    return found.map(({ table, index, cond }) => `${name}: ${table} by ${index} ${cond}`);
  });
}

describe("the plans of PostgreSQL, made while its tables are empty", () => {
  test.each([
    ["claim_due", ["deliveries_claim", "deliveries_pkey", "reminders_pkey"]],
    ["claim_parked", ["deliveries_parked", "deliveries_pkey", "reminders_pkey"]],
    ["parked_lanes", ["deliveries_parked"]],
    ["next_claim_at", ["deliveries_claim"]],
    ["renew_leases", ["deliveries_pkey"]],
    ["release_leases", ["deliveries_pkey"]],
    ["end_leases_beyond", ["deliveries_claim"]],
    ["find_due_reminders", ["reminders_due"]],
    ["lock_reminders", ["reminders_pkey"]],
    ["advance_reminders", ["reminders_pkey"]],
    ["find_held", ["deliveries_pkey", "reminders_pkey"]],
    ["find_waiting", ["deliveries_pkey", "reminders_pkey"]],
    ["retry_deliveries", ["deliveries_pkey"]],
    ["retire_deliveries", ["deliveries_pkey"]],
    ["retire_reminders", ["deliveries_reminder", "reminders_pkey"]],
    ["find_reminder", ["deliveries_reminder", "reminders_history_pkey", "reminders_pkey"]],
    ["find_delivery", ["deliveries_history_pkey", "deliveries_pkey"]],
    ["list_reminders", ["deliveries_reminder", "reminders_history_pkey", "reminders_pkey"]],
    ["list_active", ["deliveries_reminder", "reminders_pkey"]],
    ["list_paused", ["deliveries_reminder", "reminders_idle"]],
    ["list_deliveries", ["deliveries_due", "deliveries_history_due"]],
    ["list_open", ["deliveries_due"]],
    ["list_delivered", ["deliveries_history_due"]],
    ["list_failed", ["deliveries_history_failed"]],
    ["list_of_reminder", ["deliveries_history_reminder", "deliveries_reminder"]],
    ["list_of_recipient", ["deliveries_due", "deliveries_history_recipient"]],
    ["find_retriable", ["deliveries_history_retriable", "reminders_history_pkey", "reminders_pkey"]],
    ["find_receipt", ["idempotency_pkey"]],
    ["is_spent", ["sent_keys_pkey"]],
    ["list_events", ["ledger_events"]],
    ["sum_ledger", ["ledger_position"]],
    ["read_sums", ["delivery_stats_pkey"]],
    ["list_inbox", ["inbox_list"]],
    ["list_calendar_events", ["calendar_events_start"]],
    ["list_calendar_events_of_owner", ["calendar_events_owner"]],
    ["find_calendar_events_by_uid", ["calendar_events_uid"]],
    ["purge_receipts", ["all of idempotency", "idempotency_age"]],
  ])("read for %s by %j", (name, expected) => {
    expect(indexesOf(name)).toEqual(expected);
  });

  test("read no more of any large table than is needed", () => {
    expect(plans.size).toBeGreaterThan(100);
    expect(unboundedIn(plans)).toEqual([]);
  });

  test("are looked into: what does read too much is found out", async () => {
    const found = async (text: string): Promise<boolean[]> => {
      const scans = await explain(client, { name: "tried", text }, indexes);
      return scans.filter(({ table }) => LARGE.has(table)).map(isUnbounded);
    };
    expect(await found("SELECT * FROM deliveries WHERE channel = $1")).toEqual([true]);
    expect(await found("SELECT * FROM reminders WHERE tenant_id = $1")).toEqual([true]);
    expect(await found("SELECT * FROM reminders WHERE tenant_id = $1 ORDER BY id LIMIT 5")).toEqual([false]);
    expect(await found("SELECT * FROM reminders WHERE tenant_id = $1 ORDER BY spec LIMIT 5")).toEqual([true]);
    expect(await found("SELECT * FROM deliveries WHERE due_at < $1")).toEqual([true]);
    // The same as the settlement asks, but that the tenant leads from the one to the other.
    const settling = made.get("find_held")?.text.replace('COLLATE "ucs_basic"', "") ?? "";
    expect(await found(settling)).toContain(true);
  });

  test("start no workers for the search for what is due, which takes longer than the search", async () => {
    // It is called so until PostgreSQL 15, and since 16.
    const { rows } = await client.query<{ name: string }>(
      "SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')",
    );
    await client.query(`SET ${rows[0]?.name} = on`);
    const { text = "" } = made.get("find_due_reminders") ?? {};
    const values = [0, 500, null, null];
    const planned = async (): Promise<string> =>
      JSON.stringify((await client.query(`EXPLAIN ${text}`, values)).rows);
    try {
      expect(await planned()).not.toContain("Gather");
      await client.query("SET max_parallel_workers_per_gather = 2");
      expect(await planned()).toContain("Gather");
    } finally {
      await client.query("RESET ALL");
    }
  });

  test("would be of whole tables without the settings of the connection", async () => {
    const plain = new pg.Client({ connectionString: database.url, options: "-c search_path=belfry" });
    await plain.connect();
    expect(unboundedIn(await explainAll(plain)).length).toBeGreaterThan(5);
    await plain.end();
  });
});

test("the plans of PostgreSQL, made while its tables hold little, read no more than is needed", async () => {
  await acceptDue(store, { id: "rem_1" });
  await acceptDue(store, { id: "rem_2" });
  await store.settle([settlementOf(await claimOne(store))]);
  expect(unboundedIn(await explainAll(client))).toEqual([]);
});
