/** A map that forgets its oldest entry once it holds `capacity`: what it keeps can be made again. */
export class BoundedCache<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The entry of `key`, made by `make` if it is not held. */
  get(key: string, make: (key: string) => Value): Value {
    const held = this.#entries.get(key);
    if (held !== undefined) return held;
    const made = make(key);
    if (this.#entries.size >= this.#capacity) this.#forgetOldest();
    this.#entries.set(key, made);
    return made;
  }

  #forgetOldest(): void {
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
