import type { Holding } from "./holding.ts";
import type { Partition } from "./partition.ts";

/** What a process of Belfry may do. */
export const ROLES = ["api", "scheduler", "worker"] as const;
export type Role = (typeof ROLES)[number];

/** A process that works on a store. */
export interface Worker {
  id: string;
  roles: readonly Role[];
  /** The name of its machine. */
  host: string;
  pid: number;
  /** Names the machine, or the container on it, of whose processes that is the number; null: unknown. */
  machine: string | null;
  /** Belfry's. */
  version: string;
  /** Its share of the work; null: all of it. */
  partition: Partition | null;
  startedAtMs: number;
}

/**
 * `alive`: it is there; `silent`: it is there, but has not been heard of for a while; `gone`: it ended, and
 * told nobody.
 */
export const WORKER_STATES = ["alive", "silent", "gone"] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

/** A worker as others see it. */
export interface WorkerView extends Worker {
  state: WorkerState;
  /** When it was last heard of. */
  seenAtMs: number;
  /** What it held then; null if it sends nothing. */
  holding: Holding | null;
}
