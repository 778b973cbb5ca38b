import type { Settings, Use } from "../drivers/driver.ts";
import { type DriverName, loadDriver } from "../drivers/load-driver.ts";
import type { Order } from "../order.ts";
import type { Place, StorePlace } from "../places/place.ts";
import { Child } from "../processes/child.ts";
import type { Contender, Site, WorkerProcess } from "./contender.ts";

/** A peer, driven through its library. */
export function peer(name: DriverName, place: Place): Contender {
  const driver = loadDriver(name);
  const tuningOf = (use: Use): Settings => ({ ...driver.tuning(use), ...overriding(name, use) });
  return {
    name,
    title: driver.title(),
    isPeer: true,
    isPrompt: name !== "naive-minute",
    ways: ["library"],
    describe: (use) => ({ ...tuningOf(use), ...driver.settings }),
    open: async (use) => {
      const store = await place.open();
      await driver.install(store.address, tuningOf(use));
      return new PeerSite(store, [name, store.address, JSON.stringify(tuningOf(use))]);
    },
  };
}

/** For looking for what suits a peer best: `PEERS_TUNING='{"pg-boss":{"herd":{"works":8}}}'`. */
function overriding(name: DriverName, use: Use): Settings {
  const all = JSON.parse(process.env.PEERS_TUNING ?? "{}") as Record<string, Record<string, Settings>>;
  return all[name]?.[use] ?? {};
}

class PeerSite implements Site {
  readonly #store: StorePlace;
  readonly #args: readonly string[];
  #producer: Promise<Child> | null = null;
  #worker: Child | null = null;

  constructor(store: StorePlace, args: readonly string[]) {
    this.#store = store;
    this.#args = args;
  }

  async accept(order: Order): Promise<number> {
    this.#producer ??= Child.start("producer.ts", this.#args);
    return (await this.#producer).call("accept", order);
  }

  async startWorker(): Promise<WorkerProcess> {
    this.#worker = await Child.start("worker.ts", this.#args);
    return this.#worker;
  }

  async rest(): Promise<void> {
    const producer = await this.#producer;
    this.#producer = null;
    await Promise.all([producer?.kill(), this.#worker?.kill()]);
  }

  settle(): Promise<void> {
    return this.#store.settle();
  }

  bytes(): Promise<number> {
    return this.#store.bytes();
  }

  async close(): Promise<void> {
    await this.rest();
    await this.#store.drop();
  }
}
