import type { Channel, Message } from "../../src/channels/channel.ts";
import { createRegistry } from "../../src/channels/registry.ts";
import { createIdSource } from "../../src/domain/ids.ts";
import type { Outcome } from "../../src/domain/outcome.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { DEFAULT_TUNING, type Tuning } from "../../src/engine/ports.ts";
import { VirtualClock } from "../../src/engine/virtual-clock.ts";
import { type QuietStore, quietStore } from "../../src/simulate/quiet-store.ts";
import type { Store } from "../../src/store/store.ts";

/** Where a world keeps its data: it outlives the processes. */
export interface Place {
  /** As one more process; closed when that ends. */
  open(nowMs: number): Promise<Store>;
  close(): Promise<void>;
}

/** How the destinations behave. */
export type Mood = "well" | "refusing" | "hanging";

/** Some seconds past a whole minute, at which occurrences are: all that passes are whole minutes. */
export const BEGIN_MS = Date.UTC(2026, 2, 1, 0, 0, 7);

/** No pass comes so often that a test would take long; what is due is woken for. */
const TUNING = { ...DEFAULT_TUNING, tickMs: 5 * 60_000, beatMs: 5 * 60_000, nearWindowMs: 15 * 60_000 };

export interface WorldOptions {
  /** What differs from what suits random lives. */
  tuning?: Partial<Tuning>;
  /** Two worlds on one place must not make the same ids; default: 0. */
  idsFrom?: number;
}

interface Life {
  clock: VirtualClock;
  store: Store;
  quiet: () => Promise<void>;
  engine: Engine;
}

/** A channel that keeps what it is given. */
class Recorder implements Channel {
  readonly name = "webhook";
  readonly idempotent = true;
  readonly concurrencyPerDestination = 50;
  readonly sent: Message[] = [];
  mood: Mood = "well";

  checkAddress(address: string | undefined) {
    return { ok: true as const, destination: new URL(address ?? "").host };
  }

  send(message: Message): Promise<Outcome> {
    this.sent.push(message);
    if (this.mood === "hanging") return new Promise(() => {});
    if (this.mood === "refusing") return Promise.resolve({ kind: "permanent", error: "refused" });
    return Promise.resolve({ kind: "delivered" });
  }

  async close(): Promise<void> {}
}

/** The engine on a store and a virtual clock; it can be stopped, and can be killed at any moment. */
export class World {
  readonly channel = new Recorder();
  readonly faults: string[] = [];
  readonly #place: Place;
  readonly #tuning: Tuning;
  #current: Life | null = null;
  #ids = 0;

  private constructor(place: Place, tuning: Tuning) {
    this.#place = place;
    this.#tuning = tuning;
  }

  static async begin(place: Place, { tuning = {}, idsFrom = 0 }: WorldOptions = {}): Promise<World> {
    const world = new World(place, { ...TUNING, ...tuning });
    world.#ids = idsFrom;
    await world.#live(BEGIN_MS);
    return world;
  }

  get #life(): Life {
    if (!this.#current) throw new Error("Cannot use the world: it has not begun");
    return this.#current;
  }

  get nowMs(): number {
    return this.#life.clock.now();
  }

  get engine(): Engine {
    return this.#life.engine;
  }

  get store(): Store {
    return this.#life.store;
  }

  /** Lets time pass. */
  async advance(ms: number): Promise<void> {
    await this.#life.clock.advance(ms);
    await this.#life.quiet();
  }

  /** The process is stopped for some time, and goes on: its timers ring late, all at once. */
  async stopFor(ms: number): Promise<void> {
    this.#life.clock.jump(ms);
    await this.settle();
  }

  /** What was asked of the engine comes to rest, though no time passes. */
  async settle(): Promise<void> {
    // Something may be due at this very instant.
    await this.advance(0);
  }

  /** The process is gone at once; its timers never ring again. Another one begins after some time. */
  async crash(downMs: number): Promise<void> {
    const { clock, store } = this.#life;
    const atMs = clock.now() + downMs;
    this.channel.mood = "well";
    // Its connections are cut; nothing is told to anybody.
    await store.close();
    await this.#live(atMs);
  }

  /** It ends in order; another one begins after some time. */
  async restart(downMs: number): Promise<void> {
    const { clock, engine, store } = this.#life;
    await engine.stop();
    await store.close();
    await this.#live(clock.now() + downMs);
  }

  /** One more process makes one pass beside the one that runs. */
  async tick(): Promise<void> {
    const { clock } = this.#life;
    const { engine, store } = await this.#make(clock);
    await engine.tick();
    await store.close();
    await this.settle();
  }

  async end(): Promise<void> {
    await this.#life.engine.stop();
    await this.#life.store.close();
    await this.#place.close();
  }

  async #live(atMs: number): Promise<void> {
    let quiet = async (): Promise<void> => {};
    const clock = new VirtualClock(atMs, () => quiet());
    const made = await this.#make(clock);
    quiet = made.quiet;
    this.#current = { clock, ...made };
    await made.engine.start();
    await this.settle();
  }

  async #make(clock: VirtualClock): Promise<Omit<Life, "clock">> {
    const { store, quiet }: QuietStore = quietStore(await this.#place.open(clock.now()));
    const engine = createEngine({
      store,
      channels: createRegistry([this.channel]),
      clock,
      ids: createIdSource(
        () => clock.now(),
        (count) => this.#bytes(count),
      ),
      random: () => 0.5,
      tuning: this.#tuning,
      onFault: (what, error) => this.faults.push(`${what}: ${String(error)}`),
    });
    return { store, quiet, engine };
  }

  /** Different at every call, and the same in every run. */
  #bytes(count: number): Uint8Array {
    const bytes = Buffer.alloc(count);
    bytes.writeUInt32BE(++this.#ids, count - 4);
    return bytes;
  }
}
