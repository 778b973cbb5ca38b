import { sortedSet } from "./sorted-numbers.ts";

/** What BYSETPOS chooses: from a set of a size, the elements at these indexes (RFC 5545 §3.3.10). */
export class SetPositions {
  readonly #positions: readonly number[];
  readonly #chosen = new Map<number, readonly number[]>();

  /** @param positions from 1 on, or from -1 back */
  constructor(positions: readonly number[]) {
    this.#positions = positions;
  }

  /** Whether any of the positions is within a set of a size. */
  reach(size: number): boolean {
    return this.#positions.some((position) => Math.abs(position) <= size);
  }

  /** The indexes that are chosen from a set of a size, in order. Sets come in few sizes, so they are kept. */
  among(size: number): readonly number[] {
    let chosen = this.#chosen.get(size);
    if (!chosen) {
      const indexes = this.#positions.map((position) => (position > 0 ? position - 1 : size + position));
      chosen = sortedSet(indexes.filter((index) => index >= 0 && index < size));
      this.#chosen.set(size, chosen);
    }
    return chosen;
  }
}
