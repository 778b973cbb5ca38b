import type { Holding } from "../../domain/holding.ts";
import type { Worker, WorkerState, WorkerView } from "../../domain/worker.ts";
import type { MembershipEvents, StoreSignals, WorkerStore } from "../store.ts";
import { lockClass } from "./advisory.ts";
import { holdsLock, isGone, toWorker } from "./attending.ts";
import type { Database, Row } from "./database.ts";
import { createExclusively } from "./exclusive.ts";
import type { Notices } from "./notices.ts";
import { Presence } from "./presence.ts";
import { createRecover } from "./recover.ts";
import { integer, integerOrNull, textOrNull, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { sumUp } from "./summing.ts";
import type { Write } from "./writing.ts";

/** A worker that has been silent for so long is forgotten. */
const FORGOTTEN_AFTER_MS = 30 * 86_400_000;
/** One that ended without a word is shown for so long. */
const SHOWN_FOR_MS = 86_400_000;
/** So far clocks may differ; who was seen still later was seen before the clock was set back. */
const AHEAD_MS = 60_000;
/** One that holds its lock and has been silent for so long hangs. */
const SILENT_AFTER_MS = 5_000;

const COLUMNS = "id, roles, host, pid, version, partition, machine, started_at, seen_at, holding";

const JOIN = statement(
  "join_workers",
  `INSERT INTO workers AS w (id, roles, host, pid, version, partition, machine, started_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
   ON CONFLICT (id) DO UPDATE SET left_at = NULL, seen_at = excluded.seen_at RETURNING lock_key`,
);
const BEAT = statement("beat", "UPDATE workers SET seen_at = $1, holding = $2, left_at = NULL WHERE id = $3");
const FORGET = statement("forget_workers", "DELETE FROM workers WHERE seen_at < $1");
/** Who was seen later than now was seen before the clock was set back; it may be there still. */
const SET_BACK = statement("set_back_workers", "UPDATE workers SET seen_at = $1 WHERE seen_at > $2");
const LEAVE = statement(
  "leave_workers",
  "UPDATE workers SET seen_at = $1, left_at = $1, holding = NULL WHERE id = $2",
);
/** One that has told nothing since it joined did not get as far as catching up. */
const LAST = statement(
  "last_beat",
  `SELECT max(seen_at) AS seen_at FROM workers WHERE roles LIKE '%"worker"%' AND seen_at <> started_at`,
);
/** Those that have not left, and whether the lock of each is held. */
const PRESENT = statement(
  "present_workers",
  `SELECT ${COLUMNS}, ${holdsLock("$1")} AS is_there
   FROM workers w WHERE left_at IS NULL AND seen_at >= $2 ORDER BY started_at, id`,
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
  const classOfWorkers = lockClass(database.schema, "worker");

  const present = (nowMs: number) => database.run(PRESENT, [classOfWorkers, whole(nowMs) - SHOWN_FOR_MS]);

  return {
    isShared: true,
    join: async (worker: Worker, events: MembershipEvents) => {
      const [row] = await database.write(JOIN, workerValues(worker));
      // One that begins anew: it comes back by itself, if it was lost.
      if (presences.has(worker.id)) return;
      const lockKey = row ? integer(row, "lock_key") : 0;
      const presence = new Presence({ database, notices, lockKey, events, signals: () => listeners });
      await presence.enter();
      presences.set(worker.id, presence);
    },
    beat: async ({ id, nowMs, holding }: { id: string; nowMs: number; holding: Holding | null }) => {
      await database.write(BEAT, [whole(nowMs), holding === null ? null : JSON.stringify(holding), id]);
      await database.write(FORGET, [whole(nowMs) - FORGOTTEN_AFTER_MS]);
      await database.write(SET_BACK, [whole(nowMs), whole(nowMs) + AHEAD_MS]);
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
    recover: createRecover({ database, write, notices, present }),
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

function stateOf(row: Row, nowMs: number): WorkerState {
  if (isGone(row, nowMs)) return "gone";
  return integer(row, "seen_at") < nowMs - SILENT_AFTER_MS ? "silent" : "alive";
}

function workerValues({ id, roles, host, pid, version, partition, machine, startedAtMs }: Worker): unknown[] {
  const share = partition === null ? null : JSON.stringify(partition);
  return [id, JSON.stringify(roles), host, pid, version, share, machine, whole(startedAtMs)];
}

function toView(row: Row, nowMs: number): WorkerView {
  const holding = textOrNull(row, "holding");
  return {
    ...toWorker(row),
    state: stateOf(row, nowMs),
    seenAtMs: integer(row, "seen_at"),
    holding: holding === null ? null : (JSON.parse(holding) as Holding),
  };
}
