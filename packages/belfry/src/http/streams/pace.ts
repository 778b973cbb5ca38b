import type { Clock } from "../../engine/clock.ts";
import { turn } from "../../engine/turn.ts";

/** News may be read; or nothing was written for long; or it is over. */
export type Beat = "news" | "silence" | "end";

export interface PaceOptions {
  clock: Clock;
  /** Calls back when there is news; returns a function that ends it. */
  watch: (wake: () => void) => () => void;
  /** Aborted when all is to end. */
  closing: AbortSignal | undefined;
}

/** So long a stream rests after reading: a log that grows all the time is read in pages, not event by event. */
const REST_MS = 100;

/** When one stream is to read, to show that it lives, and to end. What happens while nobody waits is not lost. */
export class Pace {
  readonly #clock: Clock;
  readonly #closing: AbortSignal | undefined;
  readonly #stopWatching: () => void;
  #isOver = false;
  // What came between the first page and now.
  #hasNews = true;
  #restUntilMs: number;
  #wake = (): void => {};

  constructor({ clock, watch, closing }: PaceOptions) {
    this.#clock = clock;
    this.#closing = closing;
    this.#restUntilMs = clock.now() + REST_MS;
    this.#stopWatching = watch(() => this.#hear());
    if (closing?.aborted) this.end();
    else closing?.addEventListener("abort", this.end);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends it, also for whoever waits. */
  readonly end = (): void => {
    this.#isOver = true;
    this.#stopWatching();
    this.#closing?.removeEventListener("abort", this.end);
    this.#wake();
  };

  /** Waits for the next beat, at most until `silentUntilMs`; only for a turn if more is known to be there. */
  async next(silentUntilMs: number, isMore: boolean): Promise<Beat> {
    if (isMore) {
      this.#hasNews = true;
      this.#restUntilMs = this.#clock.now();
      await turn();
    }
    for (;;) {
      const nowMs = this.#clock.now();
      if (this.#isOver) return "end";
      if (nowMs >= silentUntilMs) return "silence";
      if (this.#hasNews && nowMs >= this.#restUntilMs) break;
      const hasRung = await this.#wait(
        this.#hasNews ? Math.min(this.#restUntilMs, silentUntilMs) : silentUntilMs,
      );
      // A clock that was set back rings all the same.
      if (hasRung && !this.#hasNews) return "silence";
      if (hasRung) this.#restUntilMs = Math.min(this.#restUntilMs, this.#clock.now());
    }
    this.#hasNews = false;
    this.#restUntilMs = this.#clock.now() + REST_MS;
    return "news";
  }

  #hear(): void {
    // Who has heard of news already is not woken from its rest by more of them.
    if (this.#hasNews) return;
    this.#hasNews = true;
    this.#wake();
  }

  /** Resolves with true at its end, with false if it is woken before. */
  #wait(untilMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#clock.at(untilMs, () => resolve(true));
      this.#wake = () => {
        timer.cancel();
        resolve(false);
      };
    });
  }
}
