import { Fifo } from "./fifo.ts";

/**
 * Does work a few at a time, of each owner one in turn, so that one who has thousands to be done keeps nobody
 * else waiting for all of it.
 */
export class FewAtOnce {
  readonly #most: number;
  /** By owner; the first of them is the next to have a turn. */
  readonly #waiting = new Map<string, Fifo<() => void>>();
  #running = 0;
  #isEnded = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves with what the work gives; undefined if the end came before its turn. */
  async run<Result>(owner: string, work: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#running < this.#most) this.#running += 1;
    else await this.#turnOf(owner);
    try {
      return this.#isEnded ? undefined : await work();
    } finally {
      this.#handOn();
    }
  }

  /** Begins nothing more. */
  end(): void {
    this.#isEnded = true;
  }

  #turnOf(owner: string): Promise<void> {
    return new Promise((resolve) => {
      const own = this.#waiting.get(owner) ?? new Fifo();
      own.push(resolve);
      this.#waiting.set(owner, own);
    });
  }

  /** Gives a place that is free to the next, whose owner goes behind all others. */
  #handOn(): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#running -= 1;
      return;
    }
    const [owner, own] = first;
    const begin = own.shift();
    this.#waiting.delete(owner);
    if (own.size > 0) this.#waiting.set(owner, own);
    begin?.();
  }
}
