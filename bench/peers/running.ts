import type { Contender, Site } from "./contenders/contender.ts";
import type { Results } from "./figures.ts";
import { untilQuiet, watchOthers } from "./others.ts";
import type { Receiver } from "./receiver.ts";
import type { Scale } from "./scale.ts";
import type { Stage, Workload } from "./workloads/workload.ts";

const MOST_TRIES = 5;

interface RunningOptions {
  receiver: Receiver;
  scale: Scale;
  results: Results;
}

/** Runs one workload of one contender at a time, and gathers what comes of it. */
export class Running {
  /** What could not be measured, and why. */
  readonly faults: string[] = [];
  /** What others took of the machine during each measurement, in percent. */
  readonly byOthers: number[] = [];
  /** Measurements that were repeated because others took too much. */
  thrownAway = 0;
  readonly #options: RunningOptions;
  /** Sites that stay for all rounds. */
  readonly #kept = new Map<string, Promise<Site>>();

  constructor(options: RunningOptions) {
    this.#options = options;
  }

  /** Resolves with the figures; with none if it could not be measured, which is then among the faults. */
  async run(workload: Workload, contender: Contender): Promise<Readonly<Record<string, number>>> {
    try {
      const figures = await this.#runQuietly(() => this.#runOn(workload, contender));
      this.#options.results.add(contender.name, figures);
      return figures;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.faults.push(`${workload.name}, ${contender.name}: ${reason}`);
      console.error(error);
      return {};
    }
  }

  async close(): Promise<void> {
    for (const site of this.#kept.values()) await site.then((opened) => opened.close());
  }

  /** The last try counts, whatever others did. */
  async #runQuietly<Figures>(run: () => Promise<Figures>): Promise<Figures> {
    const { mostByOthers } = this.#options.scale;
    for (let tries = 1; ; tries++) {
      await untilQuiet(mostByOthers);
      const watched = watchOthers();
      const figures = await run();
      const byOthers = watched();
      if (byOthers > mostByOthers && tries < MOST_TRIES) this.thrownAway += 1;
      else {
        this.byOthers.push(byOthers);
        return figures;
      }
    }
  }

  #runOn(workload: Workload, contender: Contender) {
    return workload.prepare ? this.#runOnKept(workload, contender) : this.#runOnce(workload, contender);
  }

  async #runOnce(workload: Workload, contender: Contender) {
    const site = await contender.open(workload.use);
    try {
      return await workload.run(this.#stage(contender, site));
    } finally {
      await site.close();
    }
  }

  async #runOnKept(workload: Workload, contender: Contender) {
    const key = `${workload.name} ${contender.name}`;
    const kept = this.#kept.get(key) ?? this.#prepare(workload, contender);
    this.#kept.set(key, kept);
    return workload.run(this.#stage(contender, await kept));
  }

  async #prepare(workload: Workload, contender: Contender): Promise<Site> {
    const site = await contender.open(workload.use);
    await workload.prepare?.(this.#stage(contender, site));
    return site;
  }

  #stage(contender: Contender, site: Site): Stage {
    const { receiver, scale } = this.#options;
    return { contender, site, receiver, scale };
  }
}
