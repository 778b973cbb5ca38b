import { Counter, type CounterConfiguration, type LabelValues } from "@prometheus-io/client";

/** One series of a counter. */
export interface Tally {
  /** What was counted since the counter was last read. */
  n: number;
}

/**
 * A counter that is told what was counted when it is read. Every attempt counts several times, and the library looks
 * labels up and checks them each time; a number is only added to.
 */
export class TalliedCounter<Label extends string> {
  readonly #counter: Counter<Label>;
  readonly #tallies: { labels: LabelValues<Label>; tally: Tally }[] = [];

  constructor(configuration: Omit<CounterConfiguration<Label>, "collect">) {
    this.#counter = new Counter<Label>({ ...configuration, collect: () => this.#tell() });
  }

  /** Begins a series, which is shown from then on; to be asked for once for each. */
  series(labels: LabelValues<Label>): Tally {
    const tally = { n: 0 };
    this.#counter.inc(labels, 0);
    this.#tallies.push({ labels, tally });
    return tally;
  }

  #tell(): void {
    for (const { labels, tally } of this.#tallies) {
      this.#counter.inc(labels, tally.n);
      tally.n = 0;
    }
  }
}
