import { Fifo } from "./fifo.ts";

/** Begins a piece of work; resolves when it has ended, however. */
type Turn = () => Promise<void>;

/** How many of those that wait have their turn between two that go ahead: few enough for the next to wait for moments. */
const BETWEEN = 16;

/**
 * Lets one piece of work in at a time, in the order in which they came; some go ahead of the others. Neither kind waits
 * for more than a few of the other.
 */
export class Lock {
  readonly #waiting = new Fifo<Turn>();
  readonly #ahead = new Fifo<Turn>();
  #isBusy = false;
  /** Turns of those that wait before one may go ahead again. */
  #owed = 0;

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#enter(this.#waiting, work);
  }

  /** Goes ahead of all that `run` has waiting, but for a few since the last that went ahead. */
  runAhead<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#enter(this.#ahead, work);
  }

  #enter<Result>(line: Fifo<Turn>, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      // Whether it failed is its caller's to know; the next one goes on.
      line.push(() => Promise.resolve().then(work).then(resolve, reject));
      if (!this.#isBusy) void this.#letIn();
    });
  }

  async #letIn(): Promise<void> {
    this.#isBusy = true;
    for (let turn = this.#next(); turn !== undefined; turn = this.#next()) await turn();
    this.#isBusy = false;
  }

  #next(): Turn | undefined {
    const isAhead = this.#ahead.size > 0 && (this.#owed === 0 || this.#waiting.size === 0);
    this.#owed = isAhead ? BETWEEN : Math.max(0, this.#owed - 1);
    return isAhead ? this.#ahead.shift() : this.#waiting.shift();
  }
}
