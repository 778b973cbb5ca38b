import type { ChannelRegistry } from "../channels/registry.ts";
import { createIdSource, type IdSource } from "../domain/ids.ts";
import { createEngine } from "../engine/create-engine.ts";
import type { Engine } from "../engine/engine.ts";
import type { Observe } from "../engine/observer.ts";
import { DEFAULT_TUNING, type EnginePorts, type Tuning } from "../engine/ports.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import type { Store } from "../store/store.ts";
import { Quietness } from "./quiet-store.ts";

const DAY_MS = 86_400_000;

/**
 * What rings is woken for, so a pass need not come every minute; what it promotes ahead is only more.
 * No lease ends while the clock stands still for the work to be done.
 */
const TUNING: Tuning = {
  ...DEFAULT_TUNING,
  tickMs: DAY_MS,
  beatMs: DAY_MS,
  nearWindowMs: DAY_MS + DEFAULT_TUNING.nearWindowMs,
};

/** Turns of the event loop without a call to a store: more than any chain of the engine takes between two. */
const TURNS = 4;

export interface RehearsalOptions {
  /** One for each process that works on it; they share what is stored. */
  stores: readonly Store[];
  startMs: number;
  channels: ChannelRegistry;
  observe?: Observe;
  tuning?: Partial<Tuning>;
  /** Told of every fault. */
  onFault: (what: string, error: unknown) => void;
}

/** The real engine, once or several times, on a virtual clock that steps from event to event. */
export class Rehearsal {
  readonly clock: VirtualClock;
  readonly ids: IdSource;
  readonly #options: RehearsalOptions;
  readonly #stores: readonly Store[];
  readonly #quietness = new Quietness(TURNS);
  #engines: Engine[] = [];
  #isUp = false;

  constructor(options: RehearsalOptions) {
    this.#options = options;
    this.#stores = options.stores.map((store) => this.#quietness.watch(store));
    this.clock = new VirtualClock(options.startMs, () => this.#quietness.quiet());
    this.ids = createIdSource(() => this.clock.now(), countingBytes());
    this.#engines = this.#makeEngines();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get store(): Store {
    const [store] = this.#stores;
    if (!store) throw new Error("Cannot rehearse: there is no store");
    return store;
  }

  /** One of the processes. */
  get engine(): Engine {
    const [engine] = this.#engines;
    if (!engine) throw new Error("Cannot rehearse: there is no store");
    return engine;
  }

  /** The processes start, at once. */
  async start(): Promise<void> {
    this.#engines = this.#makeEngines();
    await Promise.all(this.#engines.map((engine) => engine.start()));
    this.#isUp = true;
    await this.#quietness.quiet();
  }

  /** The processes end, and nothing runs. */
  async stop(): Promise<void> {
    this.#isUp = false;
    await Promise.all(this.#engines.map((engine) => engine.stop()));
    await this.#quietness.quiet();
  }

  /** Goes on to an instant, ringing all that is due on the way. */
  async runUntil(atMs: number): Promise<void> {
    await this.clock.advance(Math.max(0, atMs - this.clock.now()));
    await this.#quietness.quiet();
  }

  /** Recipients were changed: their reminders follow, as far as anybody is there. */
  async follow(): Promise<void> {
    if (!this.#isUp) return;
    await Promise.all(this.#engines.map((engine) => engine.inStep()));
    await this.#quietness.quiet();
  }

  #makeEngines(): Engine[] {
    const { channels, observe, tuning, onFault } = this.#options;
    const ports: Omit<EnginePorts, "store"> = {
      channels,
      clock: this.clock,
      ids: this.ids,
      random: () => 0.5,
      tuning: { ...TUNING, ...tuning },
      onFault,
      // Contents that name the link are taken; nobody follows it.
      acknowledgeLink: ({ id }) => `https://acknowledge.invalid/${id}`,
      ...(observe ? { observe } : {}),
    };
    return this.#stores.map((store) => createEngine({ ...ports, store }));
  }
}

/** Different at every call, and the same in every run. */
function countingBytes(): (count: number) => Uint8Array {
  let made = 0;
  return (count) => {
    const bytes = Buffer.alloc(count);
    bytes.writeUInt32BE(++made, count - 4);
    return bytes;
  };
}
