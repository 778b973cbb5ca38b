import type { Holding } from "../../domain/holding.ts";
import type { Partition } from "../../domain/partition.ts";
import type { Worker, WorkerState, WorkerView } from "../../domain/worker.ts";
import type { MembershipEvents, StoreSignals, WorkerStore } from "../store.ts";
import { lockClass } from "./advisory.ts";
import type { Database, Row } from "./database.ts";
import { createExclusively } from "./exclusive.ts";
import { createLeaseWrites } from "./leases.ts";
import type { Notices } from "./notices.ts";
import { Presence } from "./presence.ts";
import { integer, integerOrNull, json, text, textOrNull, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { sumUp } from "./summing.ts";
import type { Write } from "./writing.ts";

/** A worker that has been silent for so long is forgotten. */
const FORGOTTEN_AFTER_MS = 30 * 86_400_000;
/** One that ended without a word is shown for so long. */
const SHOWN_FOR_MS = 86_400_000;
/** So far clocks may differ; who was seen still later was seen before the clock was set back. */
const AHEAD_MS = 60_000;
/** One whose lock is gone and who has been silent for so long is gone: it beats twice a second. */
const GONE_AFTER_MS = 1_250;
/** One that holds its lock and has been silent for so long hangs. */
const SILENT_AFTER_MS = 5_000;

const COLUMNS = "id, roles, host, pid, version, partition, started_at, seen_at, holding";

const JOIN = statement(
  "join_workers",
  `INSERT INTO workers AS w (id, roles, host, pid, version, partition, started_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
   ON CONFLICT (id) DO UPDATE SET left_at = NULL, seen_at = excluded.seen_at RETURNING lock_key`,
);
const BEAT = statement("beat", "UPDATE workers SET seen_at = $1, holding = $2, left_at = NULL WHERE id = $3");
const FORGET = statement("forget_workers", "DELETE FROM workers WHERE seen_at < $1 OR seen_at > $2");
const LEAVE = statement(
  "leave_workers",
  "UPDATE workers SET seen_at = $1, left_at = $1, holding = NULL WHERE id = $2",
);
const LAST = statement(
  "last_beat",
  `SELECT max(seen_at) AS seen_at FROM workers WHERE roles LIKE '%"worker"%'`,
);
/** Those that have not left, and whether the lock of each is held. */
const PRESENT = statement(
  "present_workers",
  `SELECT ${COLUMNS}, EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND l.classid = $1::bigint::oid AND l.objid = w.lock_key::bigint::oid) AS is_there
   FROM workers w WHERE left_at IS NULL AND seen_at >= $2 ORDER BY started_at, id`,
);
const MARK_GONE = statement(
  "mark_gone",
  "UPDATE workers SET left_at = seen_at WHERE id = ANY($1::text[]) AND left_at IS NULL",
);

export interface WorkerOptions {
  database: Database;
  write: Write;
  notices: Notices;
}

/** The processes that work on the database. */
export function createWorkers({
  database,
  write,
  notices,
}: WorkerOptions): WorkerStore & { close(): Promise<void> } {
  const presences = new Map<string, Presence>();
  const listeners = new Set<StoreSignals>();
  const leases = createLeaseWrites(database, write);
  const classOfWorkers = lockClass(database.schema, "worker");
  /** Whoever comes new ends the leases of all who are not there, known or not. */
  let hasLooked = false;

  const present = (nowMs: number) => database.run(PRESENT, [classOfWorkers, whole(nowMs) - SHOWN_FOR_MS]);

  return {
    isShared: true,
    join: async (worker: Worker, events: MembershipEvents) => {
      const [row] = await database.write(JOIN, workerValues(worker));
      const lockKey = row ? integer(row, "lock_key") : 0;
      const presence = new Presence({ database, notices, lockKey, events, signals: () => listeners });
      await presence.enter();
      presences.set(worker.id, presence);
    },
    beat: async ({ id, nowMs, holding }: { id: string; nowMs: number; holding: Holding | null }) => {
      await database.write(BEAT, [whole(nowMs), holding === null ? null : JSON.stringify(holding), id]);
      await database.write(FORGET, [whole(nowMs) - FORGOTTEN_AFTER_MS, whole(nowMs) + AHEAD_MS]);
      await sumUp(database);
    },
    leave: async (id, nowMs) => {
      await database.write(LEAVE, [whole(nowMs), id]);
      await presences.get(id)?.leave();
      presences.delete(id);
    },
    lastBeat: async () => {
      const [row] = await database.run(LAST);
      return row ? integerOrNull(row, "seen_at") : null;
    },
    listWorkers: async (nowMs) => (await present(nowMs)).map((row) => toView(row, nowMs)),
    recover: async (nowMs, leaseMs) => {
      // Those who were cut off with us are still on their way back.
      if (hasLooked && database.outages.isRecent) return 0;
      const rows = await present(nowMs);
      const gone = rows.filter((row) => isGone(row, nowMs)).map((row) => text(row, "id"));
      if (hasLooked && gone.length === 0) return 0;
      const left = new Set(gone);
      const there = rows.map((row) => text(row, "id")).filter((id) => !left.has(id));
      const ended = await leases.recover({ nowMs, leaseMs, present: there });
      if (gone.length > 0) await database.write(MARK_GONE, [gone]);
      hasLooked = true;
      return ended;
    },
    exclusively: createExclusively(database),
    watchSignals: (signals) => {
      listeners.add(signals);
      return () => void listeners.delete(signals);
    },
    close: async () => {
      for (const presence of presences.values()) await presence.leave();
      presences.clear();
    },
  };
}

/** A cut connection alone is no end: who still beats is there, and comes back. */
function isGone(row: Row, nowMs: number): boolean {
  return row.is_there !== true && integer(row, "seen_at") < nowMs - GONE_AFTER_MS;
}

function stateOf(row: Row, nowMs: number): WorkerState {
  if (isGone(row, nowMs)) return "gone";
  return integer(row, "seen_at") < nowMs - SILENT_AFTER_MS ? "silent" : "alive";
}

function workerValues({ id, roles, host, pid, version, partition, startedAtMs }: Worker): unknown[] {
  const share = partition === null ? null : JSON.stringify(partition);
  return [id, JSON.stringify(roles), host, pid, version, share, whole(startedAtMs)];
}

function toView(row: Row, nowMs: number): WorkerView {
  const partition = textOrNull(row, "partition");
  const holding = textOrNull(row, "holding");
  return {
    id: text(row, "id"),
    roles: json<Worker["roles"]>(row, "roles"),
    host: text(row, "host"),
    pid: integer(row, "pid"),
    version: text(row, "version"),
    partition: partition === null ? null : (JSON.parse(partition) as Partition),
    startedAtMs: integer(row, "started_at"),
    state: stateOf(row, nowMs),
    seenAtMs: integer(row, "seen_at"),
    holding: holding === null ? null : (JSON.parse(holding) as Holding),
  };
}
