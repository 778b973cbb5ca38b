/** Lets one piece of work in at a time, in the order in which they came. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    // Whether it failed is its caller's to know; the next one goes on.
    this.#last = result.catch(() => {});
    return result;
  }
}
