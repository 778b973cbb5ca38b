import { encodeCursor, type ListName } from "./cursor.ts";
import type { Page } from "./store.ts";

export interface PageShape<Row, Item> {
  list: ListName;
  limit: number;
  toItem: (row: Row) => Item;
  /** The place of an item in the list. */
  placeOf: (item: Item, row: Row) => (string | number)[];
}

/** A page of a list, made of its rows and one more if there are more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  { list, limit, toItem, placeOf }: PageShape<Row, Item>,
): Page<Item> {
  const kept = rows.slice(0, limit);
  const items = kept.map(toItem);
  const [lastRow, lastItem] = [kept.at(-1), items.at(-1)];
  const hasMore = rows.length > limit && lastRow !== undefined && lastItem !== undefined;
  return { items, nextCursor: hasMore ? encodeCursor(list, placeOf(lastItem, lastRow)) : undefined };
}
