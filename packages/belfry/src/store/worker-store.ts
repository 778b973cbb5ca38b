import type { Holding } from "../domain/holding.ts";
import type { Worker, WorkerView } from "../domain/worker.ts";

/** What a process is told of its standing among the others. */
export interface MembershipEvents {
  /** Others may take it for gone: it must begin to send nothing until it is back. */
  onLost: () => void;
  /** It is known to be there again. What it held may have been taken over meanwhile. */
  onBack: () => void;
}

/** What became of the leases of those that are gone. */
export interface Recovered {
  /** How many have ended. */
  ended: number;
  /** When to look again, since one that is cut off will be taken for gone if it stays silent; null if nobody is. */
  nextMs: number | null;
}

/** Whether a process is known to have ended. */
export type HasEnded = (worker: Worker) => boolean;

/** The processes that work on a store. */
export interface WorkerStore {
  /** Whether other processes may work on it at the same time. */
  readonly isShared: boolean;
  /** Makes a worker known to the others, until it leaves or ends. */
  join(worker: Worker, events: MembershipEvents): Promise<void>;
  /** Notes that a worker is alive, and what it holds. */
  beat(beat: { id: string; nowMs: number; holding: Holding | null }): Promise<void>;
  /** It ends, and holds nothing. */
  leave(id: string, nowMs: number): Promise<void>;
  /** When one that sends was last known to be alive; null if none ever was. */
  lastBeat(): Promise<number | null>;
  /** Those that have joined and not left, the oldest first; one that is gone is forgotten after a day. */
  listWorkers(nowMs: number): Promise<WorkerView[]>;
  /**
   * Ends the leases of processes that are known to be gone, so that they can be claimed at once; those
   * taken ahead of an instant still to come are given back untried. A lease that ends later than `leaseMs`
   * from now was taken before the clock was set back, so nobody knows. What `hasEnded` tells of those that
   * are cut off spares the wait until they have been silent for long enough.
   */
  recover(nowMs: number, leaseMs: number, hasEnded?: HasEnded): Promise<Recovered>;
  /** Runs `work` while no other process runs such work on this store. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Tells of what other processes store; returns a function that ends it. */
  watchSignals(signals: StoreSignals): () => void;
}

/** What one process tells the others. */
export interface StoreSignals {
  /** A delivery that is to be sent at `atMs`, within moments, has been stored. */
  onDue: (atMs: number) => void;
  /** A reminder was changed or cancelled while deliveries of it were leased. */
  onChanged: (tenantId: string, reminderId: string) => void;
}
