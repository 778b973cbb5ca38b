import type { Recipient } from "../domain/recipient.ts";
import type { Receipt } from "./access.ts";
import type { Page, PageRequest, StaleRevision } from "./store.ts";

/** A recipient as it shall be. */
export interface RecipientWrite {
  recipient: Recipient;
  /** The revision that it was made from; null: there must be none. */
  fromRevision: number | null;
  /** Whether something has to follow: plans that move, campaigns that it enters or leaves. */
  isTold: boolean;
}

/** `conflict`: it has another revision by now; `taken`: another one has its external id. */
export type RecipientWritten = "written" | "conflict" | "taken";

export interface RecipientFilter {
  /** Every one of these tags. */
  tags?: readonly string[];
  /** Every one of these attributes, of the value that is given. */
  attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Part of a name, of the external id or of an address, in any case. */
  search?: string;
}

/** What has to follow a change of a recipient. */
export interface RecipientChange {
  tenantId: string;
  recipientId: string;
  /** Counts the changes: one that came meanwhile is not done with this one. */
  mark: number;
}

export interface RecipientRemoval {
  tenantId: string;
  id: string;
  nowMs: number;
  ifRevision?: readonly number[];
}

/** What was erased of a recipient; their ids, and when what was sent and what came of it, are kept. */
export interface Erasure {
  /** Deliveries and reminders. */
  erased: number;
  /** Whether there is more: over, or not over yet since a worker still holds something of it. */
  isMore: boolean;
}

export interface RecipientStore {
  /** Stores all that can be, with the receipt, in one commit; resolves with what became of each. */
  writeRecipients(
    batch: readonly RecipientWrite[],
    receiptOf?: (written: readonly RecipientWritten[]) => Receipt,
  ): Promise<RecipientWritten[]>;
  findRecipient(tenantId: string, id: string): Promise<Recipient | null>;
  /** Those that there are, by the senders' own ids. */
  findByExternalIds(tenantId: string, externalIds: readonly string[]): Promise<Recipient[]>;
  /**
   * By id. A filter looks at so many and no more for one page: it may have fewer items than asked for, even
   * none, though more follow.
   */
  listRecipients(request: PageRequest & { filter: RecipientFilter }): Promise<Page<Recipient>>;
  /** Those after an id, by id: for a walk over all. */
  walkRecipients(tenantId: string, afterId: string, limit: number): Promise<Recipient[]>;
  countRecipients(tenantId: string): Promise<number>;
  /** False if there was none. What has to follow is told like a change. */
  deleteRecipient(removal: RecipientRemoval): Promise<boolean | StaleRevision>;
  /** What has to follow changes, the oldest first. */
  listRecipientChanges(limit: number): Promise<RecipientChange[]>;
  /** It has followed, unless there was another change meanwhile. */
  settleRecipientChanges(changes: readonly RecipientChange[]): Promise<void>;
  /** Takes whatever names the person out of what is over of a recipient, at most so many of each kind. */
  eraseRecipient(tenantId: string, recipientId: string, limit: number): Promise<Erasure>;
}
