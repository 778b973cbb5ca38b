import type { DatabaseSync } from "node:sqlite";
import { integerOrNull, type Row } from "./rows.ts";

/** A worker that has been silent for so long is forgotten. */
const FORGOTTEN_AFTER_MS = 30 * 86_400_000;
/** So far clocks may differ; who was seen still later was seen before the clock was set back. */
const AHEAD_MS = 60_000;

/** Who was alive, and when. */
export function createWorkers(db: DatabaseSync) {
  const beat = db.prepare(
    "INSERT INTO workers (id, seen_at) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
  );
  const forget = db.prepare("DELETE FROM workers WHERE seen_at < ? OR seen_at > ?");
  const last = db.prepare("SELECT max(seen_at) AS seen_at FROM workers");
  return {
    beat: (worker: string, nowMs: number): void => {
      beat.run(worker, Math.floor(nowMs));
      forget.run(Math.floor(nowMs) - FORGOTTEN_AFTER_MS, Math.floor(nowMs) + AHEAD_MS);
    },
    lastBeat: (): number | null => integerOrNull(last.get() as Row, "seen_at"),
  };
}
