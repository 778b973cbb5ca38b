/** What Belfry has to reach. */
export type Goal =
  | { least: number }
  | { most: number }
  /** So many times the best peer's median. */
  | { timesBest: number }
  /** No worse than another figure. */
  | { equalTo: string };

/** One row of the table. */
export interface Figure {
  id: string;
  workload: string;
  unit: string;
  isMoreBetter: boolean;
  goal?: Goal;
}

/** The values of the rounds, by contender and figure. */
export class Results {
  readonly #values = new Map<string, number[]>();

  add(contender: string, figures: Readonly<Record<string, number>>): void {
    for (const [figure, value] of Object.entries(figures)) {
      const key = `${contender} ${figure}`;
      this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
    }
  }

  /** Empty if it was not measured. */
  of(contender: string, figure: string): readonly number[] {
    return this.#values.get(`${contender} ${figure}`) ?? [];
  }
}
