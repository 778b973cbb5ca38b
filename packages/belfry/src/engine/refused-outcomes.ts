import { StoreError } from "../domain/errors.ts";
import type { Clock, Timer } from "./clock.ts";

/** How long to wait after the store failed as a whole. */
const FAULT_PAUSE_MS = 1_000;

/** How long one that the store refuses by itself waits for its next try: twice as long each time. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** How long to rest where it refuses one after the other: twice as long each time, at most `FAULT_PAUSE_MS`. */
const FIRST_REST_MS = 50;

/** From which refusal on one is taken to be at fault itself, if others are recorded. */
const SUSPECT_FROM = 2;

/** What becomes of a batch that was not recorded. */
export interface NotRecorded<Item> {
  /** What goes back to the others that wait, before them. */
  again: readonly Item[];
  /** How long to wait before the next batch. */
  pauseMs: number;
}

interface Refused {
  refusals: number;
  /** Whether another was recorded after it was refused: then the store works, and it is tried at once. */
  isTriedAnew: boolean;
  timer: Timer | null;
}

/**
 * How a settler goes on when the store does not record a batch. If the store fails as a whole (it cannot be reached,
 * its disk is full), no other outcome would fare better, and the batch is tried again. Any other error may be that
 * of a single one, and would hold up all the others for ever: then batches are halved until the one is found. It is set
 * apart and tried by itself at growing intervals, at most a minute apart, and batches grow again. Where the store refuses
 * each of them, it rests in between for up to a second, so that it is asked no more often than if it failed as a whole.
 */
export class RefusedOutcomes<Item extends object> {
  readonly #clock: Clock;
  readonly #onReady: () => void;
  readonly #apart = new Map<Item, Refused>();
  /** Those whose time has come. */
  readonly #ready: Item[] = [];
  /** Those since whose refusal nothing has been recorded. */
  #unsure: Item[] = [];
  #mostAtOnce = Number.POSITIVE_INFINITY;
  #refusedInTurn = 0;
  #wasReady = false;

  /** @param onReady told when one of those that are set apart is to be tried again */
  constructor(clock: Clock, onReady: () => void) {
    this.#clock = clock;
    this.#onReady = onReady;
  }

  /** Whether one of those that are set apart is to be tried now. */
  get isReady(): boolean {
    return this.#ready.length > 0;
  }

  /** Takes the next batch: in turn one of those that are set apart, and at most so many of those that wait. */
  nextBatch(waiting: Item[], atMost: number): Item[] {
    const isTurn = this.isReady && (waiting.length === 0 || !this.#wasReady);
    this.#wasReady = isTurn;
    return isTurn ? this.#ready.splice(0, 1) : waiting.splice(0, Math.min(atMost, this.#mostAtOnce));
  }

  /** Whether the store has refused it again although it has recorded others: it is likely at fault itself. */
  isSuspect(item: Item): boolean {
    const refused = this.#apart.get(item);
    return refused?.isTriedAnew === true && refused.refusals >= SUSPECT_FROM;
  }

  /** A batch is recorded. What was refused before may have been refused because of the store alone. */
  recorded(batch: readonly Item[]): void {
    this.#mostAtOnce *= 2;
    this.#refusedInTurn = 0;
    for (const item of batch) this.#apart.delete(item);
    const unsure = this.#unsure;
    this.#unsure = [];
    for (const item of unsure) this.#tryAnew(item);
  }

  /** A batch is not recorded. */
  failed(batch: readonly Item[], error: unknown): NotRecorded<Item> {
    const [first] = batch;
    if (first && batch.length === 1 && !isOfWholeStore(error)) return this.#setApart(first);
    if (!isOfWholeStore(error)) {
      this.#mostAtOnce = Math.ceil(batch.length / 2);
      return { again: batch, pauseMs: 0 };
    }
    const isApart = first !== undefined && this.#apart.has(first);
    if (isApart) this.#ready.unshift(first);
    return { again: isApart ? [] : batch, pauseMs: FAULT_PAUSE_MS };
  }

  /** Tries none of them any more. */
  end(): void {
    for (const { timer } of this.#apart.values()) timer?.cancel();
    this.#apart.clear();
    this.#ready.length = 0;
  }

  #setApart(item: Item): NotRecorded<Item> {
    const refused = this.#apart.get(item) ?? { refusals: 0, isTriedAnew: false, timer: null };
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** refused.refusals, LONGEST_WAIT_MS);
    refused.refusals += 1;
    refused.timer = this.#clock.at(this.#clock.now() + waitMs, () => this.#offer(item));
    if (!refused.isTriedAnew && !this.#apart.has(item)) this.#unsure.push(item);
    this.#apart.set(item, refused);
    this.#refusedInTurn += 1;
    const restMs = this.#refusedInTurn === 1 ? 0 : FIRST_REST_MS * 2 ** (this.#refusedInTurn - 2);
    return { again: [], pauseMs: Math.min(restMs, FAULT_PAUSE_MS) };
  }

  #tryAnew(item: Item): void {
    const refused = this.#apart.get(item);
    if (!refused) return;
    refused.isTriedAnew = true;
    if (this.#ready.includes(item)) return;
    refused.timer?.cancel();
    this.#offer(item);
  }

  #offer(item: Item): void {
    this.#ready.push(item);
    this.#onReady();
  }
}

/** A store names what concerns it as a whole; `store_failed` is what it has no name for. */
export function isOfWholeStore(error: unknown): boolean {
  return error instanceof StoreError && error.code !== "store_failed";
}
