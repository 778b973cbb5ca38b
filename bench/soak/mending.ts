import type { Client } from "../../packages/belfry/src/client/index.ts";
import { pause } from "../processes.ts";
import { ENDPOINT } from "./load.ts";

const EVERY_MS = 1_000;
/** As many as one call takes. */
const AT_ONCE = 1_000;

/** Looks after what failed, as an operator would. */
export class Mending {
  readonly #client: Client;
  /** Dead letters that were brought back. */
  redriven = 0;
  /** How often the endpoint had been switched off. */
  switchedOff = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.mend();
      await pause(EVERY_MS);
    }
  }

  /** Switches the endpoint on again and brings every dead letter back. */
  async mend(): Promise<void> {
    const { state } = await this.#client.endpoints.get(ENDPOINT);
    if (state === "off") {
      this.switchedOff += 1;
      await this.#client.endpoints.update(ENDPOINT, { state: "on" });
    }
    let retried: number;
    do {
      ({ retried } = await this.#client.deliveries.retryAll({ limit: AT_ONCE }));
      this.redriven += retried;
    } while (retried === AT_ONCE);
  }
}
