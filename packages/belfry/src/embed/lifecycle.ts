import { BelfryError } from "../domain/errors.ts";
import type { Listening } from "../http/server.ts";
import type { Assembly } from "./assembly.ts";
import type { InProcess } from "./in-process.ts";
import { type Address, listen } from "./listen.ts";

export interface LifecycleParts {
  assembly: Assembly;
  inProcess: InProcess;
  /** Null to listen nowhere. */
  address: Address | null;
}

/** Starts once and stops once, whoever asks how often. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  #server: Listening | null = null;
  #isSending = false;
  #starting: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** Where the API listens, while it does. */
  get url(): string | null {
    return this.#server?.url ?? null;
  }

  /** @throws SettingError, StoreError; BelfryError `stopped` */
  async start(): Promise<void> {
    if (this.#stopping ?? this.#closing) {
      throw new BelfryError("stopped", "Cannot start: this Belfry has been stopped; make another one");
    }
    this.#starting ??= this.#start();
    await this.#starting;
  }

  /** Ends gracefully: what is being sent may finish, the rest waits on disk. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** What cannot start holds nothing: the folder is free for another. */
  async #start(): Promise<void> {
    const { address, assembly } = this.#parts;
    try {
      if (address) this.#server = await listen(assembly, address);
      await assembly.start();
      this.#isSending = true;
    } catch (error) {
      // Why it could not start matters more than what its closing meets.
      await this.#close().catch(() => {});
      throw error;
    }
  }

  async #stop(): Promise<void> {
    // Whoever started it hears of it if that failed.
    await this.#starting?.catch(() => {});
    await this.#close();
  }

  #close(): Promise<void> {
    this.#closing ??= this.#closeParts();
    return this.#closing;
  }

  async #closeParts(): Promise<void> {
    const { assembly, inProcess } = this.#parts;
    try {
      await this.#server?.close();
      this.#server = null;
      // What is being sent may still ask, so the way in closes after it.
      if (this.#isSending) await assembly.engine.stop();
    } finally {
      await inProcess.close();
      await assembly.close();
    }
  }
}
