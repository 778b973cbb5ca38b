import type { Delivery } from "../domain/delivery.ts";
import { Fifo } from "./fifo.ts";

/** How many may have left before they are taken out. */
const MOST_GONE = 256;

interface Queued {
  readonly claim: { readonly delivery: Pick<Delivery, "attempts" | "sendAtMs"> };
}

/**
 * What waits for a place in a lane: what is to be sent first goes first. In a herd all first attempts go before the
 * second ones, which fell due later; whoever has failed does not hold up the others, nor wait longer than they do.
 * First attempts come in the order of their instants by themselves, and so do the others: the heads are compared.
 */
export class LaneQueue<Item extends Queued> {
  readonly #isThere: (item: Item) => boolean;
  readonly #first = new Fifo<Item>();
  readonly #again = new Fifo<Item>();
  /** Those that have left and are not taken out yet. */
  #gone = 0;

  /** @param isThere whether one still waits; the queue is told by `left` when one does no more */
  constructor(isThere: (item: Item) => boolean) {
    this.#isThere = isThere;
  }

  /** How many wait. */
  get size(): number {
    return this.#first.size + this.#again.size - this.#gone;
  }

  push(item: Item): void {
    const isFirst = item.claim.delivery.attempts === 0;
    (isFirst ? this.#first : this.#again).push(item);
  }

  shift(): Item | undefined {
    for (let item = this.#next(); item; item = this.#next()) {
      if (this.#isThere(item)) return item;
      this.#gone -= 1;
    }
    return undefined;
  }

  /**
   * One of them waits no more. It is taken out when its turn comes, or when many have left: a lane whose host hangs has
   * no turns.
   */
  left(): void {
    this.#gone += 1;
    if (this.#gone < MOST_GONE || this.#gone < this.size) return;
    this.#first.filter(this.#isThere);
    this.#again.filter(this.#isThere);
    this.#gone = 0;
  }

  #next(): Item | undefined {
    return this.#isFirstNext() ? this.#first.shift() : this.#again.shift();
  }

  #isFirstNext(): boolean {
    const [first, again] = [this.#first.peek(), this.#again.peek()];
    if (!first || !again) return first !== undefined;
    return first.claim.delivery.sendAtMs <= again.claim.delivery.sendAtMs;
  }
}
