import type { DatabaseSync } from "node:sqlite";
import type { Holding } from "../../domain/holding.ts";
import type { Partition } from "../../domain/partition.ts";
import type { Worker, WorkerView } from "../../domain/worker.ts";
import { integer, integerOrNull, json, type Row, text } from "./rows.ts";

/** A worker that has been silent for so long is forgotten. */
const FORGOTTEN_AFTER_MS = 30 * 86_400_000;
/** One that ended without a word is shown for so long. */
const SHOWN_FOR_MS = 86_400_000;
/** So far clocks may differ; who was seen still later was seen before the clock was set back. */
const AHEAD_MS = 60_000;

const COLUMNS = "id, seen_at, roles, host, pid, version, partition, started_at, holding";

/** Who was alive, and when. One process alone works on the file, so any other that has not left is gone. */
export function createWorkers(db: DatabaseSync) {
  const join = db.prepare(
    `INSERT OR REPLACE INTO workers (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)`,
  );
  const beat = db.prepare("UPDATE workers SET seen_at = ?, holding = ? WHERE id = ?");
  const leave = db.prepare("UPDATE workers SET seen_at = ?1, left_at = ?1, holding = NULL WHERE id = ?2");
  const forget = db.prepare("DELETE FROM workers WHERE seen_at < ? OR seen_at > ?");
  // One that has told nothing since it joined did not get as far as catching up.
  const last = db.prepare(
    "SELECT max(seen_at) AS seen_at FROM workers WHERE roles LIKE '%\"worker\"%' AND seen_at <> started_at",
  );
  const list = db.prepare(
    `SELECT ${COLUMNS} FROM workers WHERE left_at IS NULL AND seen_at >= ? ORDER BY started_at, id`,
  );
  /** Those of this process. */
  const present = new Set<string>();

  return {
    join: ({ id, roles, host, pid, version, partition, startedAtMs }: Worker): void => {
      const share = partition === null ? null : JSON.stringify(partition);
      join.run(id, startedAtMs, JSON.stringify(roles), host, pid, version, share, startedAtMs);
      present.add(id);
    },
    beat: ({ id, nowMs, holding }: { id: string; nowMs: number; holding: Holding | null }): void => {
      beat.run(Math.floor(nowMs), holding === null ? null : JSON.stringify(holding), id);
      forget.run(Math.floor(nowMs) - FORGOTTEN_AFTER_MS, Math.floor(nowMs) + AHEAD_MS);
    },
    leave: (id: string, nowMs: number): void => {
      leave.run(Math.floor(nowMs), id);
      present.delete(id);
    },
    lastBeat: (): number | null => integerOrNull(last.get() as Row, "seen_at"),
    list: (nowMs: number): WorkerView[] =>
      (list.all(Math.floor(nowMs) - SHOWN_FOR_MS) as Row[]).map((row) => ({
        ...toWorker(row),
        state: present.has(text(row, "id")) ? "alive" : "gone",
      })),
  };
}

function toWorker(row: Row): Omit<WorkerView, "state"> {
  return {
    id: text(row, "id"),
    roles: json<Worker["roles"]>(row, "roles"),
    host: text(row, "host"),
    pid: integer(row, "pid"),
    machine: null,
    version: text(row, "version"),
    partition: row.partition === null ? null : json<Partition>(row, "partition"),
    startedAtMs: integer(row, "started_at"),
    seenAtMs: integer(row, "seen_at"),
    holding: row.holding === null ? null : json<Holding>(row, "holding"),
  };
}
