import type { DatabaseSync } from "node:sqlite";
import type { Writer } from "./writer.ts";

/** How long an answer serves whoever else asks, so that asking often costs nothing. */
const SERVES_MS = 1_000;

/**
 * Tells whether the database can be written, which a full disk or a lock prevents, by writing: its
 * `user_version` is nobody else's, and is put into the file even if it stays the same.
 */
export function createProbe(db: DatabaseSync, writer: Writer): () => Promise<void> {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve();
  return () => {
    const nowMs = performance.now();
    if (nowMs - askedAtMs >= SERVES_MS) {
      askedAtMs = nowMs;
      answer = writer.run(() => db.exec("PRAGMA user_version = 0"));
    }
    return answer;
  };
}
