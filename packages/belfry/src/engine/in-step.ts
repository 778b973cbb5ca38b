import type { Recipient } from "../domain/recipient.ts";
import type { RecipientChange } from "../store/store.ts";
import type { Cancelling } from "./cancel.ts";
import type { Changing } from "./change.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { movingWith } from "./recipient-move.ts";
import { turn } from "./turn.ts";

/** Changes, and reminders, that are read at once. */
const PAGE = 100;

/** Settled deliveries, and reminders, from which a person is erased in one commit. */
const ERASE_PAGE = 500;

/** What keeps a campaign's reminders in step with one recipient. */
export type FollowInCampaigns = (
  tenant: Tenant,
  recipientId: string,
  recipient: Recipient | null,
) => Promise<void>;

export interface InStepParts {
  change: Changing;
  cancel: Cancelling;
  campaigns: FollowInCampaigns;
}

/** Has reminders follow what became of their recipients. */
export interface InStep {
  /** Follows one recipient; resolves with whether there is more to follow later. Rejects if it fails. */
  follow(tenantId: string, recipientId: string): Promise<boolean>;
  /** Follows all changes that wait; resolves with how many it followed. */
  followAll(isWanted: () => boolean): Promise<number>;
}

/**
 * A change of a recipient commits with a note that it is to be followed; the note stays until each of their
 * reminders has been planned anew, so that no end of a process leaves one behind.
 */
export function createInStep(deps: EngineDeps, parts: InStepParts): InStep {
  const follow = async (tenantId: string, recipientId: string): Promise<boolean> => {
    const found = await deps.store.findTenant(tenantId);
    if (!found) return false;
    const tenant: Tenant = { id: tenantId, timeZone: found.timeZone };
    const recipient = await deps.store.findRecipient(tenantId, recipientId);
    await followReminders({ deps, parts }, { tenant, recipientId, recipient });
    await parts.campaigns(tenant, recipientId, recipient);
    return recipient ? false : await erase(deps, tenantId, recipientId);
  };
  return { follow, followAll: (isWanted) => followAll(deps, follow, isWanted) };
}

async function followAll(
  { store, onFault }: EngineDeps,
  follow: InStep["follow"],
  isWanted: () => boolean,
): Promise<number> {
  /** Those that failed, and those that must wait for a later pass. */
  const left = new Set<number>();
  let followed = 0;
  while (isWanted()) {
    const some = await store.listRecipientChanges(PAGE + left.size);
    const fresh = some.filter(({ mark }) => !left.has(mark));
    if (fresh.length === 0) break;
    const done: RecipientChange[] = [];
    for (const change of fresh) {
      try {
        const isMore = await follow(change.tenantId, change.recipientId);
        if (isMore) left.add(change.mark);
        else done.push(change);
      } catch (error) {
        left.add(change.mark);
        onFault(`plan anew for recipient ${change.recipientId}`, error);
      }
      await turn();
    }
    if (done.length > 0) await store.settleRecipientChanges(done);
    followed += done.length;
  }
  return followed;
}

interface World {
  deps: EngineDeps;
  parts: InStepParts;
}

interface Followed {
  tenant: Tenant;
  recipientId: string;
  /** As they are now; null: deleted. */
  recipient: Recipient | null;
}

async function followReminders(
  { deps, parts }: World,
  { tenant, recipientId, recipient }: Followed,
): Promise<void> {
  const tenantId = tenant.id;
  let afterId = "";
  for (;;) {
    const some = await deps.store.findRemindersOf({ tenantId, recipientId, afterId, limit: PAGE });
    for (const { id } of some) {
      if (recipient) await parts.change({ tenant, id }, movingWith(deps, recipient));
      else await parts.cancel(tenantId, id);
    }
    const last = some.at(-1);
    if (some.length < PAGE || !last) return;
    afterId = last.id;
    await turn();
  }
}

/** Resolves with whether something of theirs is not over yet: what a worker holds is erased once it is settled. */
async function erase({ store }: EngineDeps, tenantId: string, recipientId: string): Promise<boolean> {
  for (;;) {
    const { erased, isMore } = await store.eraseRecipient(tenantId, recipientId, ERASE_PAGE);
    if (!isMore || erased === 0) return isMore;
    await turn();
  }
}
