import type { Timer } from "./clock.ts";
import { FewAtOnce } from "./few-at-once.ts";
import type { Followed, InStep } from "./in-step.ts";
import type { EngineDeps } from "./ports.ts";
import { StalePauses } from "./stale-pauses.ts";

/** Recipients that are followed at once ahead of the others: claims and requests use the store beside them. */
const MOST_AT_ONCE = 8;

/** A pass that goes on for longer has so many to follow that one which is changed now need not wait for it. */
const LONG_PASS_MS = 1_000;

interface Who {
  tenantId: string;
  recipientId: string;
}

/** A claimed delivery whose plan is old. */
export interface Stale extends Who {
  reminderId: string;
}

/** Has reminders follow their recipients, one pass at a time. */
export class StepKeeper {
  readonly #deps: EngineDeps;
  readonly #inStep: InStep;
  /** Recipients that are followed at this moment; null: it failed. */
  readonly #following = new Map<string, Promise<Followed | null>>();
  /** Those that have or await their turn ahead of the others. */
  readonly #ahead = new Map<string, Promise<Followed | null | undefined>>();
  readonly #turns = new FewAtOnce(MOST_AT_ONCE);
  readonly #pauses = new StalePauses();
  #passing: Promise<void> | null = null;
  #passingSinceMs = 0;
  #isWanted = false;
  #isBrokenOff = false;
  #isStopped = false;

  constructor(deps: EngineDeps, inStep: InStep) {
    this.#deps = deps;
    this.#inStep = inStep;
  }

  /** Follows all changes that wait, those included that come meanwhile; resolves when none is left. Never rejects. */
  followAll(): Promise<void> {
    this.#isWanted = true;
    if (this.#passing === null) {
      this.#passingSinceMs = this.#deps.clock.now();
      this.#passing = this.#passWhileWanted().finally(() => {
        this.#passing = null;
      });
    }
    return this.#passing;
  }

  /** The same, but resolves after so long at the latest, with whether none is left: the pass goes on beside. */
  async followWithin(ms: number): Promise<boolean> {
    const { clock } = this.#deps;
    let timer: Timer | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = clock.at(clock.now() + ms, () => resolve(false));
    });
    const isThrough = await Promise.race([this.followAll().then(() => true), late]);
    timer?.cancel();
    return isThrough;
  }

  /** Follows one recipient as they are now, at once and to the end. Never rejects. */
  async followNow(tenantId: string, recipientId: string): Promise<void> {
    const recipient = { tenantId, recipientId };
    // What is under way may have read them as they were before.
    await this.#following.get(keyOf(recipient));
    await this.#follow(recipient, () => true);
  }

  /** Follows one that was just changed, and what else waits; not behind thousands of others. Never rejects. */
  async followSoon(tenantId: string, recipientId: string): Promise<void> {
    const isLong = this.#passing !== null && this.#deps.clock.now() - this.#passingSinceMs > LONG_PASS_MS;
    if (isLong) await this.#followAhead({ tenantId, recipientId });
    await this.followAll();
  }

  /**
   * Follows the recipient of what was claimed, ahead of the others; resolves with how long it is to be held back
   * since it could not be planned anew, null if it need not be. Never rejects.
   */
  async followClaimed(stale: Stale): Promise<number | null> {
    const leftMs = this.#leftMs(stale);
    if (leftMs !== null) return leftMs;
    const followed = await this.#followAhead(stale);
    if (followed && !followed.failed.has(stale.reminderId))
      this.#pauses.followed(keyOf(stale, stale.reminderId));
    return this.#leftMs(stale);
  }

  /** Ends a pass that is under way; what is left is followed by the next. */
  async breakOff(): Promise<void> {
    this.#isBrokenOff = true;
    await this.#passing;
    this.#isBrokenOff = false;
  }

  /** Begins nothing more; what is left is followed by whoever makes the next pass. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#turns.end();
    await Promise.all([this.#passing, ...this.#following.values(), ...this.#ahead.values()]);
  }

  /** A few at a time, and of each tenant in turn; all that ask for one recipient meanwhile share the answer. */
  #followAhead(recipient: Who): Promise<Followed | null | undefined> {
    const key = keyOf(recipient);
    const known = this.#ahead.get(key);
    if (known !== undefined) return known;
    const follows = this.#turns
      .run(recipient.tenantId, () => this.#followNoting(recipient))
      .finally(() => this.#ahead.delete(key));
    this.#ahead.set(key, follows);
    return follows;
  }

  /** Notes what failed, however many ask for it: once. */
  async #followNoting(recipient: Who): Promise<Followed | null> {
    const followed = await this.#follow(recipient, () => !this.#isStopped);
    const nowMs = this.#deps.clock.now();
    if (followed === null) this.#pauses.failed(keyOf(recipient), nowMs);
    else this.#pauses.followed(keyOf(recipient));
    for (const id of followed?.failed ?? []) this.#pauses.failed(keyOf(recipient, id), nowMs);
    return followed;
  }

  /** The reminder may rest, or its recipient with all that is theirs. */
  #leftMs(stale: Stale): number | null {
    const nowMs = this.#deps.clock.now();
    const ofReminder = this.#pauses.leftMs(keyOf(stale, stale.reminderId), nowMs);
    return ofReminder ?? this.#pauses.leftMs(keyOf(stale), nowMs);
  }

  #follow(recipient: Who, isWanted: () => boolean): Promise<Followed | null> {
    const key = keyOf(recipient);
    const known = this.#following.get(key);
    if (known !== undefined) return known;
    const { tenantId, recipientId } = recipient;
    const follows = this.#inStep
      .follow(tenantId, recipientId, isWanted)
      .catch((error: unknown) => {
        this.#deps.onFault(`plan anew for recipient ${recipientId}`, error);
        return null;
      })
      .finally(() => this.#following.delete(key));
    this.#following.set(key, follows);
    return follows;
  }

  async #passWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#isOver) {
      this.#isWanted = false;
      try {
        await this.#inStep.followAll(() => !this.#isOver);
      } catch (error) {
        this.#deps.onFault("plan anew for recipients", error);
      }
    }
  }

  get #isOver(): boolean {
    return this.#isStopped || this.#isBrokenOff;
  }
}

function keyOf({ tenantId, recipientId }: Who, reminderId = ""): string {
  return `${tenantId} ${recipientId} ${reminderId}`;
}
