import pg from "pg";
import { request } from "undici";
import type { Attempt } from "../../../src/domain/delivery.ts";
import type { Arrival } from "./arrivals.ts";
import type { Cluster } from "./cluster.ts";
import type { Promises } from "./promises.ts";
import type { RoleProcess } from "./role-process.ts";

/** Clocks of one machine differ by what their measurement is wrong. */
const EARLY_MS = 25;

/** What is left in the tables that hold what is still to come. */
export interface Left {
  deliveries: number;
  reminders: number;
  /** Reminders that have neither an occurrence to come nor a delivery: nobody would ever touch them again. */
  stuck: number;
}

/** A delivery as the history tells it. */
interface Told {
  id: string;
  state: string;
  story: Attempt[];
}

/** A delivery that came more often than anybody knows to have sent it. */
export interface Repeat {
  id: string;
  firstAtMs: number;
  lastAtMs: number;
  /** The processes that ended, or hung, with it in their hands. */
  inDoubtOf: number[];
}

/** What was promised, what came of it, and what it took. */
export interface Account {
  promised: number;
  arrived: number;
  repeats: Repeat[];
  /** Texts that were promised and never came. */
  lost: string[];
  /** Texts that came and were never promised. */
  unpromised: string[];
  /** Texts that came under more than one id. */
  doubled: string[];
  /** Arrivals before their instant. */
  early: number;
  worstLatenessMs: number;
  left: Left;
  /** Attempts in the stories, by outcome. */
  attempts: Record<string, number>;
  /** Deliveries in the history, by state. */
  states: Record<string, number>;
  /** Deliveries that came more often than their stories tell. */
  untold: { id: string; story: Attempt[]; arrivals: Arrival[] }[];
  /** The processes that ended, or hung, with something in their hands. */
  inDoubtOf: number[];
  /** What the counts say, and what there is. */
  counts: { told: Record<string, number>; real: Record<string, number> };
  askedAgain: number;
  /** Leases that workers which are up have found to be another's, be it before a send or when settling. */
  leasesLost: number;
  /** How processes ended that nobody had told to. */
  crashes: string[];
  /** How often one ended before it was ready, as its database was gone again. */
  failedStarts: number;
}

export async function leftIn(databaseUrl: string): Promise<Left> {
  const [row] = await ask(
    databaseUrl,
    `SELECT (SELECT count(*)::int FROM belfry.deliveries) AS deliveries, (SELECT count(*)::int FROM belfry.reminders) AS reminders,
       (SELECT count(*)::int FROM belfry.reminders r WHERE next_due IS NULL
         AND NOT EXISTS (SELECT FROM belfry.deliveries d WHERE d.tenant_id = r.tenant_id AND d.reminder_id = r.id)) AS stuck`,
  );
  // Its columns are named as the fields of `Left` above.
  return row as unknown as Left;
}

/** Of what was promised under one name. */
export async function takeAccount(
  { databaseUrl, arrivals, all }: Cluster,
  { name, kept, asksAgain }: Promises,
): Promise<Account> {
  const told = await history(databaseUrl, [...kept.values()]);
  const came = arrivals.all.filter(({ text }) => text.startsWith(`${name}.`));
  const byText = Map.groupBy(came, ({ text }) => text);
  const byId = Map.groupBy(came, ({ id }) => id);
  const pids = await pidsOf(databaseUrl, told.flatMap(inDoubtWorkers));
  return {
    promised: kept.size,
    arrived: byText.size,
    repeats: told.flatMap((one) => repeatOf(one, byId.get(one.id) ?? [], pids)),
    lost: [...kept.keys()].filter((text) => !byText.has(text)),
    unpromised: [...byText.keys()].filter((text) => !kept.has(text)),
    doubled: [...byText].filter(([, all]) => new Set(all.map(({ id }) => id)).size > 1).map(([text]) => text),
    early: came.filter(({ atMs, dueMs }) => atMs < dueMs - EARLY_MS).length,
    worstLatenessMs: [...byId.values()].reduce((worst, all) => Math.max(worst, latenessOf(all)), 0),
    left: await leftIn(databaseUrl),
    attempts: tally(told.flatMap(({ story }) => story.map(({ outcome }) => outcome))),
    states: tally(told.map(({ state }) => state)),
    untold: told.flatMap(({ id, story }) => {
      const arrivals = byId.get(id) ?? [];
      return isTold(story, arrivals.length) ? [] : [{ id, story, arrivals }];
    }),
    inDoubtOf: [...new Set(pids.values())],
    counts: await counts(databaseUrl),
    askedAgain: asksAgain,
    leasesLost: await leasesLostBy(all.filter(({ role, isUp }) => role === "worker" && isUp)),
    crashes: all.flatMap(({ role, crashes }) => crashes.map((ending) => `${role}: ${ending}`)),
    failedStarts: all.reduce((sum, { failedStarts }) => sum + failedStarts, 0),
  };
}

/** Of the first of them: what comes again is told apart. */
function latenessOf(came: readonly Arrival[]): number {
  return Math.min(...came.map(({ atMs, dueMs }) => atMs - dueMs));
}

/** What was answered has come; an attempt that was not, or that is in doubt, may have. */
function isTold(story: readonly Attempt[], came: number): boolean {
  const answered = story.filter(({ outcome, response }) => outcome === "delivered" || response !== undefined);
  return came >= answered.length && came <= story.length;
}

function inDoubtWorkers({ story }: Told): string[] {
  return story.filter(({ outcome }) => outcome === "in-doubt").map(({ worker }) => worker);
}

/** A retry is none. */
function repeatOf(told: Told, came: readonly Arrival[], pids: ReadonlyMap<string, number>): Repeat[] {
  const tried = told.story.filter(({ outcome }) => outcome !== "in-doubt");
  if (came.length <= tried.length) return [];
  const atMs = came.map((arrival) => arrival.atMs);
  const inDoubtOf = inDoubtWorkers(told).map((worker) => pids.get(worker) ?? -1);
  return [{ id: told.id, firstAtMs: Math.min(...atMs), lastAtMs: Math.max(...atMs), inDoubtOf }];
}

/** By worker. */
async function pidsOf(databaseUrl: string, workers: readonly string[]): Promise<Map<string, number>> {
  const rows = await ask(databaseUrl, "SELECT id, pid FROM belfry.workers WHERE id = ANY($1)", [workers]);
  return new Map(rows.map(({ id, pid }) => [String(id), Number(pid)]));
}

async function history(databaseUrl: string, reminderIds: readonly string[]): Promise<Told[]> {
  const text = "SELECT id, state, story FROM belfry.deliveries_history WHERE reminder_id = ANY($1)";
  const rows = await ask(databaseUrl, text, [reminderIds]);
  return rows.map(({ id, state, story }) => ({
    id: String(id),
    state: String(state),
    story: JSON.parse(String(story)) as Attempt[],
  }));
}

async function counts(databaseUrl: string): Promise<Account["counts"]> {
  const told = await ask(
    databaseUrl,
    `SELECT kind || '.' || state AS key, sum(n)::int AS n FROM (
       SELECT kind, state, n FROM belfry.counts UNION ALL
       SELECT split_part(m.key, '.', 1), split_part(m.key, '.', 2), m.value::bigint FROM belfry.ledger l, json_each_text(l.moves::json) AS m
       WHERE l.position >= (SELECT summed_to FROM belfry.installation) AND l.moves IS NOT NULL) AS n
     GROUP BY 1 HAVING sum(n) <> 0 ORDER BY 1`,
  );
  const real = await ask(
    databaseUrl,
    `SELECT 'delivery.' || state AS key, count(*)::int AS n FROM (SELECT state FROM belfry.deliveries UNION ALL SELECT state FROM belfry.deliveries_history) AS d GROUP BY 1
     UNION ALL SELECT 'reminder.' || state, count(*)::int FROM (SELECT state FROM belfry.reminders UNION ALL SELECT state FROM belfry.reminders_history) AS r GROUP BY 1
     ORDER BY 1`,
  );
  const toRecord = (rows: readonly Row[]) =>
    Object.fromEntries(rows.map(({ key, n }) => [String(key), Number(n)]));
  return { told: toRecord(told), real: toRecord(real) };
}

async function leasesLostBy(workers: readonly RoleProcess[]): Promise<number> {
  const lost = workers.map(async (worker) => {
    const { body } = await request(`${await worker.url()}/metrics`);
    return Number(/^belfry_leases_lost_total (\d+)$/m.exec(await body.text())?.[1]);
  });
  return (await Promise.all(lost)).reduce((sum, n) => sum + n, 0);
}

function tally(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

type Row = Record<string, unknown>;

/** Asks the database itself, past every proxy. */
export async function ask(databaseUrl: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  // A server that is killed meanwhile is told by the query.
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}
