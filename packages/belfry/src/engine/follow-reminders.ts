import type { Recipient } from "../domain/recipient.ts";
import type { Cancelling } from "./cancel.ts";
import type { Changing } from "./change.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { movingWith } from "./recipient-move.ts";
import { turn } from "./turn.ts";

/** Reminders that are read at once. */
const PAGE = 100;

/** After so many failures one after the other it is not the reminders that are at fault, but the store. */
const MOST_IN_A_ROW = 10;

export interface FollowingParts {
  change: Changing;
  cancel: Cancelling;
}

export interface ToFollow {
  tenant: Tenant;
  recipientId: string;
  /** As they are now; null: deleted. */
  recipient: Recipient | null;
  /** False once it is to end, whatever is left. */
  isWanted: () => boolean;
}

export interface FollowedReminders {
  /** Whether it went through to the last. */
  isThrough: boolean;
  /** Those that could not be planned anew, by their ids. */
  failed: ReadonlySet<string>;
}

/**
 * Has each reminder of a recipient planned with what they are now, or cancelled. One that cannot be is told of,
 * and keeps none of the others from it. Rejects if the store fails.
 */
export async function followReminders(
  deps: EngineDeps,
  parts: FollowingParts,
  toFollow: ToFollow,
): Promise<FollowedReminders> {
  const failed = new Set<string>();
  let inARow = 0;
  for await (const id of remindersOf(deps, toFollow)) {
    if (!toFollow.isWanted()) return { isThrough: false, failed };
    try {
      await followOne(deps, parts, { ...toFollow, id });
      inARow = 0;
    } catch (error) {
      if (++inARow >= MOST_IN_A_ROW) throw error;
      failed.add(id);
      deps.onFault(`plan reminder ${id} anew for its recipient`, error);
    }
  }
  return { isThrough: true, failed };
}

async function followOne(
  deps: EngineDeps,
  { change, cancel }: FollowingParts,
  { tenant, id, recipient }: ToFollow & { id: string },
): Promise<void> {
  if (recipient) await change({ tenant, id }, movingWith(deps, recipient));
  else await cancel(tenant.id, id);
}

async function* remindersOf(
  { store }: EngineDeps,
  { tenant, recipientId }: ToFollow,
): AsyncGenerator<string, void, void> {
  let afterId = "";
  for (;;) {
    const some = await store.findRemindersOf({ tenantId: tenant.id, recipientId, afterId, limit: PAGE });
    for (const { id } of some) yield id;
    const last = some.at(-1);
    if (some.length < PAGE || !last) return;
    afterId = last.id;
    await turn();
  }
}
