/**
 * A map of at most `capacity` entries that forgets those that nobody has asked for lately: what it keeps can be
 * made again. They go by halves, since a Map whose oldest entry is deleted again and again has to step over
 * thousands of gaps to find the next.
 */
export class BoundedCache<Value> {
  readonly #half: number;
  #young = new Map<string, Value>();
  #old: ReadonlyMap<string, Value> = new Map();

  /** @param capacity two or more */
  constructor(capacity: number) {
    this.#half = Math.floor(capacity / 2);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The entry of `key`, made by `make` if it is not held. */
  get(key: string, make: (key: string) => Value): Value {
    const held = this.#young.get(key);
    if (held !== undefined) return held;
    const entry = this.#old.get(key) ?? make(key);
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, entry);
    return entry;
  }
}
