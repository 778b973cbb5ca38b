import { Fifo } from "./fifo.ts";

/** How many begin before what has come meanwhile has its turn; more than the attempts that one lane may run. */
const AT_ONCE = 64;

/**
 * Lets lanes begin what they may, one of each in turn. Where thousands of many lanes are due at once, some begin, then
 * what has come meanwhile is heard, and so on: answers are taken, and connections used again. If all of them began, a
 * connection would be opened for each, and the first answer heard after the last request.
 */
export class LaneTurns {
  readonly #begin: (lane: string) => boolean;
  readonly #lanes = new Fifo<string>();
  /** Those that are in the list. */
  readonly #listed = new Set<string>();
  /** Whether lanes begin at this moment, or go on by themselves in the next. */
  #isBusy = false;

  /** @param begin begins the next of a lane; false if no more of it may begin now */
  constructor(begin: (lane: string) => boolean) {
    this.#begin = begin;
  }

  /** Something of a lane may begin. From within `begin` too: it is not begun within it, but has its turn. */
  offer(lane: string): void {
    if (this.#isBusy) this.#list(lane);
    else this.#goOn(lane);
  }

  /** The same for several, none of which goes before another has begun its first. */
  offerAll(lanes: Iterable<string>): void {
    for (const lane of lanes) this.#list(lane);
    if (!this.#isBusy) this.#goOn(this.#unlist());
  }

  #goOn(first: string | undefined): void {
    this.#isBusy = true;
    let next = first;
    try {
      for (let begun = 0; next !== undefined && begun < AT_ONCE; begun++) {
        const lane = next;
        next = undefined;
        next = this.#after(lane, this.#begin(lane));
      }
    } finally {
      // Also if one of them has thrown: whoever offered it hears of that, and the others go on.
      this.#planNext(next ?? this.#unlist());
    }
  }

  #planNext(lane: string | undefined): void {
    this.#isBusy = lane !== undefined;
    if (lane !== undefined) setImmediate(() => this.#goOn(lane));
  }

  /** Whose turn it is after a lane. One that is alone is not listed: that is the way of every answer in a herd. */
  #after(lane: string, isMore: boolean): string | undefined {
    if (isMore && this.#lanes.size === 0) return lane;
    if (isMore) this.#list(lane);
    return this.#unlist();
  }

  #list(lane: string): void {
    if (this.#listed.has(lane)) return;
    this.#listed.add(lane);
    this.#lanes.push(lane);
  }

  #unlist(): string | undefined {
    const lane = this.#lanes.shift();
    if (lane !== undefined) this.#listed.delete(lane);
    return lane;
  }
}
