import { isOutage } from "./failure.ts";

/**
 * Those who were cut off have so long to come back and renew their leases, before anybody takes them for
 * gone: a lease that ended while nobody could renew it says nothing about its holder.
 */
const GRACE_MS = 3_000;

/** Less does not keep a worker from renewing its leases in time. */
const STALLED_MS = 5_000;

export interface OutagesOptions {
  nowMs?: () => number;
  graceMs?: number;
}

/** Remembers when the database could not be reached, or written to, by the monotonic clock of this process. */
export class Outages {
  #beganAtMs: number | null = null;
  #endedAtMs = Number.NEGATIVE_INFINITY;
  readonly #nowMs: () => number;
  readonly #graceMs: number;

  constructor({ nowMs = () => performance.now(), graceMs = GRACE_MS }: OutagesOptions = {}) {
    this.#nowMs = nowMs;
    this.#graceMs = graceMs;
  }

  failed(error: unknown): void {
    if (isOutage(error)) this.cut();
  }

  /** A connection broke off. */
  cut(): void {
    this.#beganAtMs ??= this.#nowMs();
  }

  /** @param tookMs how long the answer took: one that took very long was an outage of which nobody was told */
  answered(tookMs = 0): void {
    if (this.#beganAtMs === null && tookMs < STALLED_MS) return;
    this.#beganAtMs = null;
    this.#endedAtMs = this.#nowMs();
  }

  /** The database was started so long ago: before that nobody could reach it. */
  startedBefore(ms: number): void {
    this.#endedAtMs = Math.max(this.#endedAtMs, this.#nowMs() - ms);
  }

  /** Whether others may still be on their way back. */
  get isRecent(): boolean {
    return this.#beganAtMs !== null || this.#nowMs() < this.#endedAtMs + this.#graceMs;
  }
}
