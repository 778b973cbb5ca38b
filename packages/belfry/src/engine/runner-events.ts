import type { Lease } from "../store/store.ts";
import type { Stale } from "./step-keeper.ts";

/** What the runner tells the one who fills its hand. */
export interface RunnerEvents {
  /** Something is to be sent: whoever must hold it does so now. */
  onLook: () => void;
  /** There is room for one more of a lane, or for one more at all. */
  onRoom: (lane: string) => void;
  /** A delivery is to be tried again, or another one follows, at this instant. */
  onNext: (atMs: number) => void;
  /**
   * A recipient was changed since something was planned for them: it is to be planned anew. Resolves with how long it is
   * to be held back, in ms, since that cannot be done; else null. Never rejects.
   */
  onStale: (stale: Stale) => Promise<number | null>;
  /** One that is held is to be given back, and claimed as it is now. */
  onGiveBack: (deliveryId: string) => void;
  /** Whether one more of a lane, to be sent at this instant, may be held. */
  mayKeep: (lane: string, atMs: number) => boolean;
  /** Gives a lease back that is in nobody's hand. Never rejects. */
  release: (lease: Lease) => Promise<void>;
  /** The same, while nothing is claimed, if it is still meant then. Never rejects. */
  releaseUnheard: (lease: Lease, isMeant: () => boolean) => Promise<void>;
  /** Renews the leases that have ended, or names to the runner those that are lost. */
  renew: () => Promise<void>;
}
