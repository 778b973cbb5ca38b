import type { HasEnded, WorkerStore } from "../store.ts";
import { lockClass } from "./advisory.ts";
import { GONE_AFTER_MS, isGone, toWorker } from "./attending.ts";
import type { Database, Row } from "./database.ts";
import { createLeaseWrites } from "./leases.ts";
import { type Notices, tellDue } from "./notices.ts";
import { integer, text } from "./rows.ts";
import type { Write } from "./writing.ts";

export interface RecoverOptions {
  database: Database;
  write: Write;
  notices: Notices;
  /** Those that have not left. */
  present: (nowMs: number) => Promise<Row[]>;
}

/** Ending the leases of those that are gone. */
export function createRecover({ database, write, notices, present }: RecoverOptions): WorkerStore["recover"] {
  const leases = createLeaseWrites(database, write);
  const classOfWorkers = lockClass(database.schema, "worker");
  /** Whoever comes new ends the leases of all who are not there, known or not. */
  let hasLooked = false;
  /**
   * When to look once more after one that was known to have ended: the server goes on with what it had been asked
   * for, and may have leased something to it since.
   */
  let lookAgainAtMs: number | null = null;

  return async (nowMs, leaseMs, hasEnded = () => false) => {
    // Those who were cut off with us are still on their way back: only who has left is gone for sure.
    const { isRecent } = database.outages;
    const cutOff = isRecent ? [] : (await present(nowMs)).filter((row) => row.is_there !== true);
    const { endedIds, waited } = judge(cutOff, nowMs, hasEnded);
    const isToLookAgain = lookAgainAtMs !== null && nowMs >= lookAgainAtMs;
    const nextGoneMs = nextGoneAt(waited);
    if (hasLooked && !isToLookAgain && waited.length === cutOff.length)
      return { ended: 0, nextMs: soonest(nextGoneMs, lookAgainAtMs) };
    const goneBeforeMs = isRecent ? 0 : nowMs - GONE_AFTER_MS;
    const gone = { lockClass: classOfWorkers, goneBeforeMs, endedIds };
    const ended = await leases.recover({ nowMs, leaseMs, gone });
    hasLooked ||= !isRecent;
    if (endedIds.length > 0) lookAgainAtMs = nowMs + GONE_AFTER_MS;
    else if (isToLookAgain) lookAgainAtMs = null;
    // Who finds out may be none of those who send.
    if (ended > 0) await tellDue(database, notices, { deliveries: [{ sendAtMs: nowMs }], nowMs });
    return { ended, nextMs: soonest(nextGoneMs, lookAgainAtMs) };
  };
}

/** Of those that are cut off, who is known to have ended, and of whom it is not known yet whether they are gone. */
function judge(cutOff: readonly Row[], nowMs: number, hasEnded: HasEnded) {
  const ended = new Set(cutOff.filter((row) => hasEnded(toWorker(row))));
  return {
    endedIds: [...ended].map((row) => text(row, "id")),
    waited: cutOff.filter((row) => !ended.has(row) && !isGone(row, nowMs)),
  };
}

function soonest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

/** When the next of those that are waited for is gone, unless it is heard of before. */
function nextGoneAt(waited: readonly Row[]): number | null {
  if (waited.length === 0) return null;
  return Math.min(...waited.map((row) => integer(row, "seen_at"))) + GONE_AFTER_MS + 1;
}
