import { ApiError } from "../../client/api-error.ts";
import type { LineFault } from "./transfer-line.ts";

/** Items of a batch that is refused as a whole because of what one of them holds. */
export interface Halving<Item, Outcome> {
  /** Sends some of them. */
  send(items: readonly Item[]): Promise<Outcome[]>;
  /** What becomes of the one that spoils the batch. */
  failed(item: Item, fault: LineFault): Outcome;
}

/**
 * Sends a batch, and if it is refused for what it holds, its halves: those beside the one that spoils it shall
 * not suffer.
 *
 * @throws ApiError, UnreachableError if it is refused for another reason
 */
export async function sendInHalves<Item, Outcome>(
  items: readonly Item[],
  halving: Halving<Item, Outcome>,
): Promise<Outcome[]> {
  try {
    return await halving.send(items);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 413)) throw error;
    const [only] = items;
    if (only !== undefined && items.length === 1)
      return [halving.failed(only, { detail: error.detail, errors: [...error.errors] })];
    const middle = Math.ceil(items.length / 2);
    return [
      ...(await sendInHalves(items.slice(0, middle), halving)),
      ...(await sendInHalves(items.slice(middle), halving)),
    ];
  }
}
