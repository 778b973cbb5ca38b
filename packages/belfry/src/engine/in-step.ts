import type { Recipient } from "../domain/recipient.ts";
import type { RecipientChange } from "../store/store.ts";
import type { Tenant } from "./engine.ts";
import { type FollowingParts, followReminders } from "./follow-reminders.ts";
import type { EngineDeps } from "./ports.ts";
import { turn } from "./turn.ts";

/** Changes that are read at once. */
const PAGE = 100;

/** Settled deliveries, and reminders, from which a person is erased in one commit. */
const ERASE_PAGE = 500;

/** What keeps a campaign's reminders in step with one recipient. */
export type FollowInCampaigns = (
  tenant: Tenant,
  recipientId: string,
  recipient: Recipient | null,
) => Promise<void>;

export interface InStepParts extends FollowingParts {
  campaigns: FollowInCampaigns;
}

/** How far what a recipient has has followed them. */
export interface Followed {
  /** Whether there is more to follow later. */
  isMore: boolean;
  /** Reminders that could not be planned anew, by their ids. */
  failed: ReadonlySet<string>;
}

/** Has reminders follow what became of their recipients. */
export interface InStep {
  /** Follows one recipient. Rejects if the store fails. */
  follow(tenantId: string, recipientId: string, isWanted: () => boolean): Promise<Followed>;
  /** Follows all changes that wait; resolves with how many it followed. */
  followAll(isWanted: () => boolean): Promise<number>;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * A change of a recipient commits with a note that it is to be followed; the note stays until each of their
 * reminders has been planned anew, so that no end of a process leaves one behind.
 */
export function createInStep(deps: EngineDeps, parts: InStepParts): InStep {
  const follow: InStep["follow"] = async (tenantId, recipientId, isWanted) => {
    const found = await deps.store.findTenant(tenantId);
    if (!found) return { isMore: false, failed: NONE };
    const tenant: Tenant = { id: tenantId, timeZone: found.timeZone };
    const recipient = await deps.store.findRecipient(tenantId, recipientId);
    const toFollow = { tenant, recipientId, recipient, isWanted };
    const { isThrough, failed } = await followReminders(deps, parts, toFollow);
    if (!isThrough) return { isMore: true, failed };
    await parts.campaigns(tenant, recipientId, recipient);
    const isLeft = recipient ? false : await erase(deps, tenantId, recipientId);
    return { isMore: isLeft || failed.size > 0, failed };
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
      if (!isWanted()) break;
      try {
        const { isMore } = await follow(change.tenantId, change.recipientId, isWanted);
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

/** Resolves with whether something of theirs is not over yet: what a worker holds is erased once it is settled. */
async function erase({ store }: EngineDeps, tenantId: string, recipientId: string): Promise<boolean> {
  for (;;) {
    const { erased, isMore } = await store.eraseRecipient(tenantId, recipientId, ERASE_PAGE);
    if (!isMore || erased === 0) return isMore;
    await turn();
  }
}
