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

  /** @param begin begins the next of a lane; false if none of it may begin now */
  constructor(begin: (lane: string) => boolean) {
    this.#begin = begin;
  }

  /** Something of a lane may begin. From within `begin` too: it is not begun within it, but has its turn. */
  offer(lane: string): void {
    this.#list(lane);
    if (!this.#isBusy) this.#goOn();
  }

  /** The same for several, none of which goes before another has begun its first. */
  offerAll(lanes: Iterable<string>): void {
    for (const lane of lanes) this.#list(lane);
    if (!this.#isBusy) this.#goOn();
  }

  #goOn(): void {
    this.#isBusy = true;
    try {
      for (let begun = 0; begun < AT_ONCE && this.#lanes.size > 0; begun++) this.#beginNext();
    } finally {
      // Also if one of them has thrown: whoever offered it hears of that, and the others go on.
      this.#isBusy = this.#lanes.size > 0;
      if (this.#isBusy) setImmediate(() => this.#goOn());
    }
  }

  #beginNext(): void {
    const lane = this.#lanes.shift();
    if (lane === undefined) return;
    this.#listed.delete(lane);
    if (this.#begin(lane)) this.#list(lane);
  }

  #list(lane: string): void {
    if (this.#listed.has(lane)) return;
    this.#listed.add(lane);
    this.#lanes.push(lane);
  }
}
