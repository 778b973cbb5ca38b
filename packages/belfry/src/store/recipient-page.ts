import type { Recipient } from "../domain/recipient.ts";
import { encodeCursor } from "./cursor.ts";
import { fitsRecipient } from "./recipient-filter.ts";
import type { RecipientFilter } from "./recipient-store.ts";
import type { Page } from "./store.ts";

/** Recipients that one page of a filtered list looks at. */
const MOST_LOOKED_AT = 5_000;

/** How many to read for a page: one more than it holds, or as many as a filter may look at. */
export function rowsOfPage(filter: RecipientFilter, limit: number): number {
  return Object.keys(filter).length > 0 ? MOST_LOOKED_AT : limit + 1;
}

/** A page of those that a filter means, made of recipients in the order of their ids. */
export function recipientPage(
  seen: readonly Recipient[],
  { filter, limit }: { filter: RecipientFilter; limit: number },
): Page<Recipient> {
  const items: Recipient[] = [];
  let last: Recipient | undefined;
  for (const recipient of seen) {
    if (items.length === limit) break;
    last = recipient;
    if (fitsRecipient(recipient, filter)) items.push(recipient);
  }
  const isMore = last !== undefined && (last !== seen.at(-1) || seen.length === rowsOfPage(filter, limit));
  return { items, nextCursor: isMore && last ? encodeCursor("recipients", [last.id]) : undefined };
}

/** Within one batch, a second write of one recipient, or of one external id, would not know of the first. */
export function repeatsOf(batch: readonly { recipient: Recipient }[]): ReadonlySet<number> {
  const seen = new Set<string>();
  const repeats = new Set<number>();
  for (const [index, { recipient }] of batch.entries()) {
    const { tenantId, id, externalId } = recipient;
    const names = [
      `id ${tenantId} ${id}`,
      ...(externalId === null ? [] : [`external ${tenantId} ${externalId}`]),
    ];
    if (names.some((name) => seen.has(name))) repeats.add(index);
    else for (const name of names) seen.add(name);
  }
  return repeats;
}
