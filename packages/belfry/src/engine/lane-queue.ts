import type { Delivery } from "../domain/delivery.ts";
import { Fifo } from "./fifo.ts";

interface Queued {
  readonly claim: { readonly delivery: Pick<Delivery, "attempts" | "sendAtMs"> };
}

/**
 * What waits for a place in a lane: what is to be sent first goes first. In a herd all first attempts go before the
 * second ones, which fell due later; whoever has failed does not hold up the others, nor wait longer than they do.
 * First attempts come in the order of their instants by themselves, and so do the others: the heads are compared.
 */
export class LaneQueue<Item extends Queued> {
  readonly #first = new Fifo<Item>();
  readonly #again = new Fifo<Item>();

  get size(): number {
    return this.#first.size + this.#again.size;
  }

  push(item: Item): void {
    const isFirst = item.claim.delivery.attempts === 0;
    (isFirst ? this.#first : this.#again).push(item);
  }

  shift(): Item | undefined {
    return this.#isFirstNext() ? this.#first.shift() : this.#again.shift();
  }

  #isFirstNext(): boolean {
    const [first, again] = [this.#first.peek(), this.#again.peek()];
    if (!first || !again) return first !== undefined;
    return first.claim.delivery.sendAtMs <= again.claim.delivery.sendAtMs;
  }
}
