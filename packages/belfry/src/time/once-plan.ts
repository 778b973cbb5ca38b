import { DAY_MS } from "./calendar.ts";
import type { Occurrence } from "./occurrence.ts";
import type { Plan } from "./plan.ts";

/** A schedule that rings once: `at` and `in`. */
export class OncePlan implements Plan {
  readonly recurring = false;
  readonly floating: boolean;
  readonly timeZone: string | null;
  readonly defaultUsefulForMs: number = 7 * DAY_MS;
  readonly text: string;
  readonly #occurrence: Occurrence;

  constructor(occurrence: Occurrence, floating: boolean, text: string) {
    this.#occurrence = occurrence;
    this.floating = floating;
    this.timeZone = occurrence.resolution.timeZone;
    this.text = text;
  }

  next(afterMs: number): Occurrence | null {
    return this.#occurrence.dueMs > afterMs ? this.#occurrence : null;
  }

  previous(atMs: number, notBeforeMs: number): Occurrence | null {
    const { dueMs } = this.#occurrence;
    return dueMs <= atMs && dueMs > notBeforeMs ? this.#occurrence : null;
  }
}
