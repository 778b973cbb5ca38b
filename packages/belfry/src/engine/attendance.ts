import type { Holding } from "../domain/holding.ts";
import type { Worker } from "../domain/worker.ts";
import type { MembershipEvents } from "../store/store.ts";
import type { Timer } from "./clock.ts";
import type { EngineDeps } from "./ports.ts";

export interface AttendanceOptions {
  worker: Worker;
  /** What it holds; null if it sends nothing. */
  holding: () => Holding | null;
  /** Told of what others do to its standing. */
  membership: MembershipEvents;
  /** Leases of processes that are gone have ended: what they held can be claimed now. */
  onTakenOver: () => void;
}

/**
 * Makes a process known to the others on its store, tells them that it is alive, and ends the leases of
 * those that are not.
 */
export class Attendance {
  readonly #deps: EngineDeps;
  readonly #options: AttendanceOptions;
  #timer: Timer | null = null;
  #beating: Promise<void> | null = null;
  #isThere = false;

  constructor(deps: EngineDeps, options: AttendanceOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /**
   * Joins, and ends the leases of those that are gone. Resolves with when one that sends was last alive
   * before; null if none ever was.
   */
  async enter(): Promise<number | null> {
    const { store } = this.#deps;
    const { worker, membership } = this.#options;
    const aliveUntilMs = await store.lastBeat();
    await store.join(worker, membership);
    this.#isThere = true;
    await this.#recover();
    return aliveUntilMs;
  }

  /** Beats from now on. */
  start(): void {
    this.#beatLater();
  }

  async leave(): Promise<void> {
    const { clock, onFault, store } = this.#deps;
    this.#timer?.cancel();
    this.#timer = null;
    await this.#beating;
    if (!this.#isThere) return;
    this.#isThere = false;
    const { id } = this.#options.worker;
    await store
      .leave(id, clock.now())
      .catch((error: unknown) => onFault("note the end of the worker", error));
  }

  #beatLater(): void {
    const { clock, store, tuning } = this.#deps;
    const everyMs = store.isShared ? tuning.beatMs : tuning.tickMs;
    this.#timer = clock.at(clock.now() + everyMs, () => {
      this.#beating = this.#beat().finally(() => {
        this.#beating = null;
        if (this.#timer !== null) this.#beatLater();
      });
    });
  }

  async #beat(): Promise<void> {
    const { clock, onFault, store } = this.#deps;
    const { worker, holding } = this.#options;
    try {
      await store.beat({ id: worker.id, nowMs: clock.now(), holding: holding() });
      if (store.isShared && (await this.#recover()) > 0) this.#options.onTakenOver();
    } catch (error) {
      onFault("note that the worker is alive", error);
    }
  }

  #recover(): Promise<number> {
    const { clock, store, tuning } = this.#deps;
    return store.recover(clock.now(), tuning.leaseMs);
  }
}
