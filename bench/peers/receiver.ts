import { dueOf, type Order } from "./order.ts";
import { Child } from "./processes/child.ts";
import type { Arrivals } from "./processes/receiver.ts";

/** The receiver's process. */
export class Receiver {
  readonly url: string;
  readonly #child: Child;

  static async start(): Promise<Receiver> {
    const child = await Child.start("receiver.ts");
    return new Receiver(child, await child.call<number>("port"));
  }

  private constructor(child: Child, port: number) {
    this.#child = child;
    this.url = urlOf(port);
  }

  /** Begins to listen as so many more hosts; resolves with their URLs. */
  async hosts(count: number): Promise<string[]> {
    return (await this.#child.call<number[]>("hosts", count)).map(urlOf);
  }

  /** The same, as hosts that never answer. */
  async silentHosts(count: number): Promise<string[]> {
    return (await this.#child.call<number[]>("silentHosts", count)).map(urlOf);
  }

  /** Begins anew: what comes of this order counts from now on. */
  expect({ first, count }: Order, { failEvery = 0, answerAfterMs = 0 } = {}): Promise<void> {
    return this.#child.call("expect", { first, count, failEvery, answerAfterMs });
  }

  /** Resolves with whether so many of them came in time. */
  async reached(count: number, withinMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), withinMs);
    });
    const came = this.#child.call("until", count).then(() => true);
    const isInTime = await Promise.race([came, tooLate]);
    clearTimeout(timer);
    return isInTime;
  }

  /** Throws unless all of them come in time. */
  async all({ count }: Order, withinMs: number): Promise<void> {
    if (await this.reached(count, withinMs)) return;
    throw new Error(`Cannot measure: ${await this.count()} of ${count} arrived within ${withinMs} ms`);
  }

  count(): Promise<number> {
    return this.#child.call("count");
  }

  arrivals(): Promise<Arrivals> {
    return this.#child.call("arrivals");
  }

  stop(): Promise<void> {
    return this.#child.kill();
  }
}

/** How long after their instants they came, in ms. */
export function latenessOf(order: Order, { takenAtMs }: Arrivals): number[] {
  return Array.from(takenAtMs, (atMs, index) => atMs - dueOf(order, order.first + index));
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}/`;
}
