import { isOfConnection } from "./failure.ts";

/**
 * Those who were cut off have so long to come back and renew their leases, before anybody takes them for
 * gone: a lease that ended while nobody could renew it says nothing about its holder.
 */
const GRACE_MS = 3_000;

/** Remembers when the database could not be reached, by the monotonic clock of this process. */
export class Outages {
  #beganAtMs: number | null = null;
  #endedAtMs = Number.NEGATIVE_INFINITY;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  failed(error: unknown): void {
    if (isOfConnection(error)) this.cut();
  }

  /** A connection broke off. */
  cut(): void {
    this.#beganAtMs ??= this.#nowMs();
  }

  answered(): void {
    if (this.#beganAtMs === null) return;
    this.#beganAtMs = null;
    this.#endedAtMs = this.#nowMs();
  }

  /** The database was started so long ago: before that nobody could reach it. */
  startedBefore(ms: number): void {
    this.#endedAtMs = Math.max(this.#endedAtMs, this.#nowMs() - ms);
  }

  /** Whether others may still be on their way back. */
  get isRecent(): boolean {
    return this.#beganAtMs !== null || this.#nowMs() < this.#endedAtMs + GRACE_MS;
  }
}
