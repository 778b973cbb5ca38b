/** How many places are emptied before what is left is moved to the front. */
const KEPT_EMPTY = 1_024;

/** First in, first out. An array's own `shift` moves all that is behind: in a herd, tens of kilobytes for each. */
export class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  /** The one that `shift` would take. */
  peek(): Item | undefined {
    return this.#items[this.#first];
  }

  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.size === 0 || this.#first > Math.max(KEPT_EMPTY, this.size)) this.#moveUp();
    return item;
  }

  /** Takes out all that are not wanted. */
  filter(isWanted: (item: Item) => boolean): void {
    this.#items = this.#items.slice(this.#first).filter((item) => item !== undefined && isWanted(item));
    this.#first = 0;
  }

  #moveUp(): void {
    this.#items = this.#items.slice(this.#first);
    this.#first = 0;
  }
}
