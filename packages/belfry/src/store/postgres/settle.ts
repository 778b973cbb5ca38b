import type { Settlement } from "../store.ts";
import { retireAndTell } from "./retire-and-tell.ts";
import { type Ended, endClaimed, type Retried, retryClaimed, sortClaimed } from "./settle-claimed.ts";
import { settleHeld } from "./settle-held.ts";
import type { Write } from "./writing.ts";

/**
 * Records outcomes where the lease still holds. What has ended, what is tried again and what has to be looked at
 * are each written in a transaction of their own: each holds its reminders in the order of their ids, and one
 * that held them in two orders would have to hold all of them before, which takes longer than a commit. What one of
 * them has written stays written if the next one fails.
 */
export function createSettle(write: Write) {
  return async (batch: readonly Settlement[]): Promise<string[]> => {
    const { ended, retried, others } = sortClaimed(batch);
    // What is tried again may be due in a moment.
    const refused = retried.length === 0 ? [] : await settleRetried(write, retried);
    if (ended.length > 0) refused.push(...(await settleEnded(write, ended)));
    if (others.length > 0) refused.push(...(await settleOthers(write, others)));
    return refused;
  };
}

function settleRetried(write: Write, retried: readonly Retried[]): Promise<string[]> {
  return write(async (writing) => {
    const nowMs = timeOf(retried);
    const areRetried = await retryClaimed(writing.transaction, retried, writing.ledger);
    return { result: areRetried ? [] : await settleHeld(writing, retried, nowMs), nowMs };
  });
}

function settleEnded(write: Write, ended: readonly Ended[]): Promise<string[]> {
  return write(async (writing) => {
    const { transaction, ledger } = writing;
    const nowMs = timeOf(ended);
    if (!(await endClaimed(transaction, ended, ledger)))
      return { result: await settleHeld(writing, ended, nowMs), nowMs };
    const reminders = ended.map(({ tenantId, claimed: { reminderId } }) => ({ tenantId, reminderId }));
    await retireAndTell(transaction, reminders, { ledger, nowMs });
    return { result: [], nowMs };
  });
}

function settleOthers(write: Write, others: readonly Settlement[]): Promise<string[]> {
  return write(async (writing) => {
    const nowMs = timeOf(others);
    return { result: await settleHeld(writing, others, nowMs), nowMs };
  });
}

function timeOf([first]: readonly Settlement[]): number {
  return first?.nowMs ?? 0;
}
