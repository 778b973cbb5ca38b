import { DAY_MS } from "./calendar.ts";
import { type Occurrence, occurrenceAt } from "./occurrence.ts";
import { clampInstant, type Plan } from "./plan.ts";

/** An interval in exact time: instants `firstMs`, `firstMs + everyMs`, ... to `lastMs`, inclusive. */
export interface IntervalSpan {
  everyMs: number;
  firstMs: number;
  /** Infinity when it has no end. */
  lastMs: number;
  /** The schedule in words; made when asked for. */
  describe: () => string;
}

/** `every`: exact time from an anchor, in no zone. */
export class IntervalPlan implements Plan {
  readonly recurring = true;
  readonly floating = false;
  readonly timeZone = null;
  readonly defaultUsefulForMs: number;
  readonly #span: IntervalSpan;

  constructor(span: IntervalSpan) {
    this.#span = span;
    this.defaultUsefulForMs = span.everyMs >= 7 * DAY_MS ? 7 * DAY_MS : DAY_MS;
  }

  get text(): string {
    return this.#span.describe();
  }

  next(afterMs: number): Occurrence | null {
    const { everyMs, firstMs, lastMs } = this.#span;
    const after = clampInstant(afterMs);
    const steps = after < firstMs ? 0 : Math.floor((after - firstMs) / everyMs) + 1;
    const dueMs = firstMs + steps * everyMs;
    return dueMs <= Math.min(lastMs, clampInstant(Number.POSITIVE_INFINITY)) ? occurrenceAt(dueMs) : null;
  }

  previous(atMs: number, notBeforeMs: number): Occurrence | null {
    const { everyMs, firstMs, lastMs } = this.#span;
    const at = Math.min(clampInstant(atMs), lastMs);
    const dueMs = firstMs + Math.floor((at - firstMs) / everyMs) * everyMs;
    return dueMs >= firstMs && dueMs > notBeforeMs ? occurrenceAt(dueMs) : null;
  }
}
