import type { InvalidInputError } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Receipt } from "../store/access.ts";
import type { StaleRevision } from "../store/store.ts";
import type { Tenant } from "./engine.ts";

/**
 * Changing recipients. They are named by their id, or by the sender's own; what a request says of them has not
 * been looked at, but for being JSON. A change that others make at once, again and again: ConflictError
 * `recipient_changed`; an `externalId` that another one has: ConflictError `recipient_exists`.
 */
export interface RecipientEngine {
  /** By their id, or the sender's own; null if there is none. */
  findRecipient(tenantId: string, name: string): Promise<Recipient | null>;
  /** @throws InvalidInputError, ConflictError */
  createRecipient(
    tenant: Tenant,
    input: unknown,
    receiptOf?: (recipient: Recipient) => Receipt,
  ): Promise<Recipient>;
  /** What is left out becomes empty, but for the `externalId`. Null if there is none. @throws InvalidInputError, ConflictError */
  replaceRecipient(
    tenant: Tenant,
    name: string,
    input: unknown,
    options?: RecipientChangeOptions,
  ): Promise<RecipientChanged>;
  /** A merge patch (RFC 7396). Null if there is none. @throws InvalidInputError, ConflictError */
  patchRecipient(
    tenant: Tenant,
    name: string,
    patch: unknown,
    options?: RecipientChangeOptions,
  ): Promise<RecipientChanged>;
  /**
   * Deletes a recipient, cancels what waits for them, and takes whatever names them out of the history; what is
   * under way meanwhile follows in the background. False if there was none.
   */
  deleteRecipient(
    tenant: Tenant,
    name: string,
    options?: RecipientChangeOptions,
  ): Promise<boolean | StaleRevision>;
  /**
   * Makes those whose `externalId` is new, and changes the others as a merge patch does, in one commit with the
   * receipt; a wrong one never spoils the others.
   */
  upsertRecipients(
    tenant: Tenant,
    inputs: readonly unknown[],
    receiptOf?: (results: readonly Upserted[]) => Receipt,
  ): Promise<Upserted[]>;
}

export interface RecipientChangeOptions {
  /** Only if the recipient has one of these revisions. */
  ifRevision?: readonly number[];
}

export type RecipientChanged = Recipient | StaleRevision | null;

/** What became of one of a batch. `conflict`: others changed it meanwhile. */
export type Upserted =
  | { kind: "created" | "changed" | "unchanged"; recipient: Recipient }
  | { kind: "refused"; error: InvalidInputError }
  | { kind: "conflict"; externalId: string };
