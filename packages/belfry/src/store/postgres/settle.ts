import type { Settlement } from "../store.ts";
import type { ReminderKey } from "./locks.ts";
import { retireAndTell } from "./retire-and-tell.ts";
import { lockClaimed, settlePlain, sortClaimed } from "./settle-claimed.ts";
import { settleHeld } from "./settle-held.ts";
import type { Write, Writing } from "./writing.ts";

/** Records outcomes where the lease still holds. */
export function createSettle(write: Write) {
  return (batch: readonly Settlement[]): Promise<string[]> =>
    write(async (writing) => {
      const nowMs = batch[0]?.nowMs ?? 0;
      const { ended, looked } = await settleClaimed(writing, batch);
      const refused = looked.length === 0 ? [] : await settleHeld(writing, looked, nowMs);
      const { transaction, ledger } = writing;
      if (ended.length > 0) await retireAndTell(transaction, ended, { ledger, nowMs });
      return { result: refused, nowMs };
    });
}

/** Settles what is still as it was claimed; resolves with the reminders of what has ended, and what is to be looked at. */
async function settleClaimed(
  { transaction, ledger }: Writing,
  batch: readonly Settlement[],
): Promise<{ ended: ReminderKey[]; looked: Settlement[] }> {
  const { plain, others } = sortClaimed(batch);
  if (plain.length > 0 && others.length > 0) await lockClaimed(transaction, batch);
  if (!(await settlePlain(transaction, plain, ledger))) return { ended: [], looked: [...plain, ...others] };
  const ended = plain.filter(({ state }) => state !== "retrying");
  return {
    ended: ended.map(({ tenantId, claimed: { reminderId } }) => ({ tenantId, reminderId })),
    looked: others,
  };
}
