import type { Job } from "../order.ts";
import type { Post } from "../posting.ts";

/** What is measured; programs may be set up for each in the way that suits them best. */
export type Use = "accept" | "herd" | "steady" | "retry" | "kill";

/** How a program is set up, as it is printed. */
export type Settings = Readonly<Record<string, unknown>>;

/** Takes reminders in. */
export interface Producer {
  accept(jobs: readonly Job[]): Promise<void>;
}

export interface WorkOptions<Tuning extends Settings> {
  address: string;
  tuning: Tuning;
  post: Post;
  /** How long a reminder that was not taken waits, in ms. */
  retryMs: number;
}

/** A program that is driven in processes of the harness. */
export interface Driver<Tuning extends Settings = Settings> {
  /** `pg-boss 12.38.0`. */
  title(): string;
  /** What stays the same whatever is measured. */
  settings: Settings;
  tuning(use: Use): Tuning;
  /** Makes its tables and queues in an empty store. */
  install(address: string, tuning: Tuning): Promise<void>;
  openProducer(address: string, tuning: Tuning): Promise<Producer>;
  /** Works until its process ends; resolves once it does. */
  work(options: WorkOptions<Tuning>): Promise<void>;
}
