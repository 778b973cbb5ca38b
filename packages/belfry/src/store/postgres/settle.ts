import type { Settled, Settlement } from "../store.ts";
import { isKept } from "./kept.ts";
import type { ReminderKey } from "./locks.ts";
import { retireAndTell } from "./retire-and-tell.ts";
import { lockClaimed, settlePlain, sortClaimed } from "./settle-claimed.ts";
import { settleHeld } from "./settle-held.ts";
import type { Write, Writing } from "./writing.ts";

const NOTHING: Settled = { refused: [], kept: [] };

/** Records outcomes where the lease still holds. */
export function createSettle(write: Write) {
  return (batch: readonly Settlement[]): Promise<Settled> =>
    write(async (writing) => {
      const nowMs = batch[0]?.nowMs ?? 0;
      const { ended, kept, looked } = await settleClaimed(writing, batch);
      const held = looked.length === 0 ? NOTHING : await settleHeld(writing, looked, nowMs);
      const { transaction, ledger } = writing;
      if (ended.length > 0) await retireAndTell(transaction, ended, { ledger, nowMs });
      return { result: { refused: held.refused, kept: [...kept, ...held.kept] }, nowMs };
    });
}

/** What has been settled of what is still as it was claimed, and the rest. */
interface SettledClaimed {
  /** The reminders of what has ended. */
  ended: ReminderKey[];
  /** The ids of what its worker keeps. */
  kept: string[];
  /** What is to be looked at first. */
  looked: Settlement[];
}

/** Settles what is still as it was claimed. */
async function settleClaimed(
  { transaction, ledger }: Writing,
  batch: readonly Settlement[],
): Promise<SettledClaimed> {
  const { plain, others } = sortClaimed(batch);
  if (plain.length > 0 && others.length > 0) await lockClaimed(transaction, batch);
  if (!(await settlePlain(transaction, plain, ledger)))
    return { ended: [], kept: [], looked: [...plain, ...others] };
  const ended = plain.filter(({ state }) => state !== "retrying");
  return {
    ended: ended.map(({ tenantId, claimed: { reminderId } }) => ({ tenantId, reminderId })),
    kept: plain.filter(isKept).map(({ deliveryId }) => deliveryId),
    looked: others,
  };
}
