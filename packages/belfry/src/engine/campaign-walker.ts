import type { Campaign } from "../domain/campaign.ts";
import type { WalkOn } from "./campaign-walk.ts";
import type { EngineDeps } from "./ports.ts";
import { turn } from "./turn.ts";

/** Campaigns that are walked over in turns, so that a long walk holds up no short one. */
const AT_ONCE = 20;

/** Walks over the recipients of campaigns that are not in step, one walk at a time, page by page. */
export class CampaignWalker {
  readonly #deps: EngineDeps;
  readonly #walkOn: WalkOn;
  #walking: Promise<void> | null = null;
  #isWanted = false;
  #isStopped = false;

  constructor(deps: EngineDeps, walkOn: WalkOn) {
    this.#deps = deps;
    this.#walkOn = walkOn;
  }

  /** Walks until nothing is left that no other process is at; resolves then. Never rejects. */
  walkAll(): Promise<void> {
    this.#isWanted = true;
    this.#walking ??= this.#walkWhileWanted().finally(() => {
      this.#walking = null;
    });
    return this.#walking;
  }

  /** Ends with the page that it is at; whoever comes next goes on from there. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#walking;
  }

  async #walkWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      try {
        await this.#walkRound();
      } catch (error) {
        this.#deps.onFault("walk over campaigns", error);
      }
    }
  }

  async #walkRound(): Promise<void> {
    /** Nothing to do, another's, or broken: left for the next time. */
    const left = new Set<string>();
    while (!this.#isStopped) {
      const found = await this.#deps.store.findWalkingCampaigns(AT_ONCE + left.size);
      const some = found.filter((campaign) => !left.has(keyOf(campaign))).slice(0, AT_ONCE);
      if (some.length === 0) return;
      for (const campaign of some) {
        if (!(await this.#walkSafely(campaign))) left.add(keyOf(campaign));
        await turn();
        if (this.#isStopped) return;
      }
    }
  }

  /** Whether it is to be gone on with now. */
  async #walkSafely(campaign: Campaign): Promise<boolean> {
    try {
      const found = await this.#deps.store.findTenant(campaign.tenantId);
      if (!found) return false;
      const tenant = { id: found.id, timeZone: found.timeZone };
      return (await this.#walkOn(tenant, campaign)) === "on";
    } catch (error) {
      this.#deps.onFault(`walk over the campaign ${campaign.id}`, error);
      return false;
    }
  }
}

function keyOf({ tenantId, id, revision }: Campaign): string {
  return `${tenantId} ${id} ${revision}`;
}
