import type { Client } from "../../client/client.ts";
import type { CliContext } from "../context.ts";
import { patiently } from "../patience.ts";
import type { Recipient, RecipientUpsert } from "../resources.ts";
import { sendInHalves } from "../transfer/halves.ts";
import type { LineFault } from "../transfer/transfer-line.ts";
import type { Fields } from "./recipient-row.ts";

/** A recipient of the file that is to be stored. */
export interface RecipientItem {
  line: number;
  recipient: Fields;
}

/** What became of an item. */
export type RecipientOutcome =
  | { kind: "added" | "changed" | "unchanged"; item: RecipientItem; recipient: Recipient }
  | { kind: "failed"; item: RecipientItem; fault: LineFault };

export interface RecipientBatchOptions {
  client: Client;
  context: CliContext;
  signal: AbortSignal;
}

/** Stores one batch. @throws ApiError, UnreachableError if it is refused for another reason than what it holds */
export function sendRecipients(
  items: readonly RecipientItem[],
  options: RecipientBatchOptions,
): Promise<RecipientOutcome[]> {
  return sendInHalves<RecipientItem, RecipientOutcome>(items, {
    send: (some) => sendOnce(some, options),
    failed: (item, fault) => ({ kind: "failed", item, fault }),
  });
}

const NO_ANSWER: LineFault = { detail: "Cannot import: the server gave no answer for it" };

async function sendOnce(
  items: readonly RecipientItem[],
  { client, context, signal }: RecipientBatchOptions,
): Promise<RecipientOutcome[]> {
  // What they hold is the server's to judge.
  const recipients = items.map(({ recipient }) => recipient as unknown as RecipientUpsert);
  const { results } = await patiently(() => client.recipients.upsertBatch(recipients), { context, signal });
  return items.map((item, index): RecipientOutcome => {
    const result = results[index];
    if (!result || "problem" in result) return { kind: "failed", item, fault: result?.problem ?? NO_ANSWER };
    const { status, changed, recipient } = result;
    return { kind: status === 201 ? "added" : changed ? "changed" : "unchanged", item, recipient };
  });
}
