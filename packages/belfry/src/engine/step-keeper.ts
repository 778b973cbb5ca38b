import type { InStep } from "./in-step.ts";
import type { EngineDeps } from "./ports.ts";

/** Has reminders follow their recipients, one pass at a time. */
export class StepKeeper {
  readonly #deps: EngineDeps;
  readonly #inStep: InStep;
  /** Recipients that are followed at this moment. */
  readonly #following = new Map<string, Promise<void>>();
  #passing: Promise<void> | null = null;
  #isWanted = false;
  #isStopped = false;

  constructor(deps: EngineDeps, inStep: InStep) {
    this.#deps = deps;
    this.#inStep = inStep;
  }

  /** Follows all changes that wait, those included that come meanwhile; resolves when none is left. Never rejects. */
  followAll(): Promise<void> {
    this.#isWanted = true;
    this.#passing ??= this.#passWhileWanted().finally(() => {
      this.#passing = null;
    });
    return this.#passing;
  }

  /** Follows one recipient at once, ahead of the others. Never rejects. */
  followNow(tenantId: string, recipientId: string): Promise<void> {
    const key = `${tenantId} ${recipientId}`;
    const known = this.#following.get(key);
    if (known !== undefined) return known;
    const follows = this.#inStep
      .follow(tenantId, recipientId)
      .then(() => {})
      .catch((error: unknown) => this.#deps.onFault(`plan anew for recipient ${recipientId}`, error))
      .finally(() => this.#following.delete(key));
    this.#following.set(key, follows);
    return follows;
  }

  /** Begins nothing more; what is left is followed by whoever makes the next pass. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.#passing, ...this.#following.values()]);
  }

  async #passWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      try {
        await this.#inStep.followAll(() => !this.#isStopped);
      } catch (error) {
        this.#deps.onFault("plan anew for recipients", error);
      }
    }
  }
}
