import type { ChannelRegistry } from "../channels/registry.ts";
import type { ContentTools } from "../content/tools.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { IdSource } from "../domain/ids.ts";
import type { Worker } from "../domain/worker.ts";
import { RECEIPT_LIFE_MS } from "../store/access.ts";
import type { HasEnded, Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Observe } from "./observer.ts";

/** What the parts of the engine share: its ports, and what it makes of them itself. */
export interface EngineDeps extends EnginePorts {
  content: ContentTools;
}

/** What the engine needs of the world. */
export interface EnginePorts {
  store: Store;
  channels: ChannelRegistry;
  clock: Clock;
  ids: IdSource;
  /** A number in [0, 1). */
  random: () => number;
  tuning: Tuning;
  /** Told of every fault that is nobody's answer: a store that fails, a channel that throws. */
  onFault: (what: string, error: unknown) => void;
  /** Told of all that happens; absent: nobody listens. */
  observe?: Observe;
  /** Where a delivery can be acknowledged by whoever has this link; absent: there is no such place. */
  acknowledgeLink?: (delivery: Pick<Delivery, "tenantId" | "id">) => string;
  /** The version of the zone data that plans are made with; absent: that of this process. */
  zoneData?: string;
  /** What it is among those on the same store; absent: all roles, of everything. */
  self?: EngineSelf;
  /** Whether a process on the same store is known to have ended; absent: of none is anything known. */
  hasEnded?: HasEnded;
}

/** What a process does, and where it runs. */
export type EngineSelf = Omit<Worker, "id" | "startedAtMs">;

/** How the engine runs; all in ms. */
export interface Tuning {
  /** What is due within it becomes deliveries ahead of time. */
  nearWindowMs: number;
  /** How often the scheduler makes a pass. */
  tickMs: number;
  /** How often a worker on a store that others share tells that it is alive, and looks for what they stored. */
  beatMs: number;
  /** How long history is kept. */
  retentionMs: number;
  /** How long events, and sums of minutes, are kept: a little over the longest window that is summed up. */
  eventLifeMs: number;
  /** How long the answers that repeat for an `Idempotency-Key` are kept: no shorter than the API promises. */
  receiptLifeMs: number;
  /** How far ahead of the instant a worker takes a lease; DESIGN: never more than 2 s. */
  lookAheadMs: number;
  leaseMs: number;
  /** Deliveries in one worker's hands, those included that are sent but not yet settled. */
  handLimit: number;
  /** Deliveries of one lane in one worker's hands, while less than half of what those hold is still to be sent. */
  laneHandLimit: number;
  /** An occurrence due longer ago than this when it is found was missed. */
  missedAfterMs: number;
  /** How long a graceful stop waits for running attempts. */
  stopWithinMs: number;
  /**
   * Deliveries in one claim: a store in this process keeps the event loop for that long, and so does reading what
   * another one answers. What falls due meanwhile is late.
   */
  claimBatch: number;
  /** The same while what is due already waits for its turn, and is late anyway. */
  claimBatchBehind: number;
  /** Outcomes in one transaction, likewise. */
  settleBatch: number;
  /** While there is something to send, settling rests for so many times as long as it took. */
  settleRest: number;
  /** But no longer than this: the clock may have been set, and what is sent but not settled would be sent again. */
  longestRestMs: number;
  /** Nor does it rest while so many outcomes wait: what is sent but not settled fills the hand. */
  settleBacklog: number;
}

export const DEFAULT_TUNING: Tuning = {
  nearWindowMs: 15 * 60_000,
  tickMs: 60_000,
  beatMs: 500,
  retentionMs: 30 * 86_400_000,
  eventLifeMs: 25 * 3_600_000,
  receiptLifeMs: RECEIPT_LIFE_MS,
  lookAheadMs: 2_000,
  leaseMs: 30_000,
  handLimit: 20_000,
  laneHandLimit: 5_000,
  missedAfterMs: 1_000,
  stopWithinMs: 10_000,
  claimBatch: 200,
  claimBatchBehind: 200,
  settleBatch: 500,
  settleRest: 2,
  longestRestMs: 1_000,
  settleBacklog: 6_000,
};
