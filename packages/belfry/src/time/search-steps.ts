import { invalid } from "./schedule-error.ts";

/** Steps that a search may take while a schedule is read; a step is some 0.2 to 0.4 microseconds. */
export const READING_STEPS = 50_000;
/**
 * Steps that any other search may take: never too few for a rule that was read. A search passes what a rule
 * leaves out in one go, so what grows with the years is the count of a rule that has one: by less than 250
 * steps a year (runs of allowed days, changes of months and of clocks), so 2 million to the year 9999, and
 * as many again when the end of the count is sought.
 */
export const MOST_STEPS = 5_000_000;

/** Counts the work of one search after another, and ends one that goes beyond its bound. */
export class SearchSteps {
  readonly #kind: string;
  readonly #value: unknown;
  readonly #limit: number;
  #taken = 0;
  #most = 0;

  /**
   * @param kind the field that is to blame, such as `rrule`
   * @param value what was found there
   */
  constructor(kind: string, value: unknown, limit = MOST_STEPS) {
    this.#kind = kind;
    this.#value = value;
    this.#limit = limit;
  }

  /** The most that one search has taken so far. */
  get most(): number {
    return Math.max(this.#most, this.#taken);
  }

  /** A new search begins. */
  begin(): void {
    this.#most = this.most;
    this.#taken = 0;
  }

  /** Throws ScheduleError `invalid_schedule` when the search has taken too many. */
  spend(steps = 1): void {
    this.#taken += steps;
    if (this.#taken <= this.#limit) return;
    throw invalid({
      path: [this.#kind],
      value: this.#value,
      message: "searching this rule takes too long",
      allowed: "a coarser FREQ, fewer BY parts or a nearer start",
    });
  }
}
