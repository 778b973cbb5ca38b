import type { Settings, Use } from "../drivers/driver.ts";
import type { Order } from "../order.ts";

/** A program that is measured. */
export interface Contender {
  /** As it is chosen on the command line. */
  name: string;
  /** With its version. */
  title: string;
  isPeer: boolean;
  /** How it is driven, as it is printed. */
  describe(use: Use): Settings;
  /** Whether it finds what is due within a second; else a warm-up would only cost a minute. */
  isPrompt: boolean;
  /** In which ways it takes reminders in; the first is the one that is used where that is not what is measured. */
  ways: readonly string[];
  /** Installs it in an empty store; nothing of it runs yet. */
  open(use: Use): Promise<Site>;
}

/** A program in a store of its own. */
export interface Site {
  /** Accepts all of an order; resolves with the seconds that took. Who accepts stays up. */
  accept(order: Order, way?: string): Promise<number>;
  /** Starts its one worker, and what else it needs to deliver; resolves once it works. */
  startWorker(): Promise<WorkerProcess>;
  /** Ends all its processes; what it keeps stays. */
  rest(): Promise<void>;
  /** Ends what the store does behind the scenes. */
  settle(): Promise<void>;
  /** What it keeps takes, indexes included. */
  bytes(): Promise<number>;
  /** Ends and removes everything. */
  close(): Promise<void>;
}

export interface WorkerProcess {
  /** The most memory that it has used so far, in bytes. */
  peakBytes(): number;
  /** SIGKILL. */
  kill(): Promise<void>;
}
