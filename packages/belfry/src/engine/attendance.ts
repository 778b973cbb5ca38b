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
  /** Told when it finds that it was away by itself, as a process that was stopped, and when it is there again. */
  absence: MembershipEvents;
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
  #lookTimer: Timer | null = null;
  #beating: Promise<void> | null = null;
  #isThere = false;
  #isAway = false;
  /** Null while it does not look: nobody else can take it for gone. */
  #lookedAtMs: number | null = null;
  /** When another one that is cut off will be gone; null if nobody is. */
  #nextGoneMs: number | null = null;

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

  /** It has caught up: from now on it counts as one that was alive. */
  async noteCaughtUp(): Promise<void> {
    const { clock, store } = this.#deps;
    const { worker, holding } = this.#options;
    // Joining alone has told its start.
    const nowMs = Math.max(clock.now(), worker.startedAtMs + 1);
    await store.beat({ id: worker.id, nowMs, holding: holding() });
  }

  /** Beats from now on. */
  start(): void {
    const { clock, store } = this.#deps;
    this.#beatLater();
    if (!store.isShared) return;
    this.#lookedAtMs = clock.now();
    this.#lookLater();
  }

  /**
   * To be called before anything is sent. A process that was stopped for a while may have been taken for gone,
   * and hears of it only after its timers have rung: until it has told that it is there, it must send nothing.
   */
  look(): void {
    const { clock, tuning } = this.#deps;
    if (this.#lookedAtMs === null) return;
    const nowMs = clock.now();
    const wasAway = nowMs - this.#lookedAtMs > tuning.beatMs;
    this.#lookedAtMs = nowMs;
    if (!wasAway || this.#isAway) return;
    this.#isAway = true;
    this.#options.absence.onLost();
    this.#beatLater(0);
  }

  async leave(): Promise<void> {
    const { clock, onFault, store } = this.#deps;
    this.#timer?.cancel();
    this.#timer = null;
    this.#lookTimer?.cancel();
    this.#lookedAtMs = null;
    await this.#beating;
    if (!this.#isThere) return;
    this.#isThere = false;
    const { id } = this.#options.worker;
    await store
      .leave(id, clock.now())
      .catch((error: unknown) => onFault("note the end of the worker", error));
  }

  /** The next time, or when another one will be gone, if that is sooner: what it held should not wait. */
  #beatLater(inMs = this.#everyMs): void {
    const { clock } = this.#deps;
    const nowMs = clock.now();
    const atMs = Math.min(nowMs + inMs, this.#nextGoneMs ?? Number.POSITIVE_INFINITY);
    this.#timer?.cancel();
    this.#timer = clock.at(Math.max(nowMs, atMs), () => {
      const begunMs = clock.now();
      this.#beating ??= this.#beat().finally(() => {
        this.#beating = null;
        // Counted from its beginning, so that one that takes long does not make it seem silent.
        if (this.#timer !== null) this.#beatLater(Math.max(0, begunMs + this.#everyMs - clock.now()));
      });
    });
  }

  get #everyMs(): number {
    const { store, tuning } = this.#deps;
    return store.isShared ? tuning.beatMs : tuning.tickMs;
  }

  /** Often enough to know that it was not away. */
  #lookLater(): void {
    const { clock, tuning } = this.#deps;
    this.#lookTimer = clock.at(clock.now() + tuning.beatMs / 2, () => {
      this.look();
      this.#lookLater();
    });
  }

  async #beat(): Promise<void> {
    const { clock, onFault, store } = this.#deps;
    const { worker, holding, absence } = this.#options;
    const wasAway = this.#isAway;
    this.#nextGoneMs = null;
    try {
      await store.beat({ id: worker.id, nowMs: clock.now(), holding: holding() });
      if (wasAway) {
        this.#isAway = false;
        absence.onBack();
      }
      if (store.isShared && (await this.#recover()) > 0) this.#options.onTakenOver();
    } catch (error) {
      onFault("note that the worker is alive", error);
    }
  }

  /** Resolves with how many leases have ended. */
  async #recover(): Promise<number> {
    const { clock, hasEnded, store, tuning } = this.#deps;
    const { ended, nextMs } = await store.recover(clock.now(), tuning.leaseMs, hasEnded);
    this.#nextGoneMs = nextMs;
    return ended;
  }
}
