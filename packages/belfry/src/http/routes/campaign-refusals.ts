import type { Campaign, CampaignState } from "../../domain/campaign.ts";
import { ConflictError, NotFoundError } from "../../domain/errors.ts";
import type { CampaignChanged } from "../../engine/campaigns.ts";
import { preconditionFailed } from "../entity-tag.ts";

/** @param verb completes "Cannot … the campaign" */
export function noCampaign(verb: string, id: string): NotFoundError {
  return new NotFoundError(`Cannot ${verb} the campaign: there is none with the id "${id}"`);
}

function notSoNow(verb: string, state: CampaignState): ConflictError {
  const what = `Cannot ${verb} the campaign`;
  if (state === "paused")
    return new ConflictError("campaign_paused", `${what}: it is paused; resume it first`);
  return new ConflictError("campaign_stopped", `${what}: it is stopped, for good`);
}

/**
 * The campaign after a change; or why there was none.
 *
 * @param verb completes "Cannot … the campaign"
 * @throws NotFoundError, ConflictError, HttpProblem 412
 */
export function requireCampaign(verb: string, id: string, changed: CampaignChanged): Campaign {
  switch (changed.kind) {
    case "changed":
      return changed.campaign;
    case "missing":
      throw noCampaign(verb, id);
    case "stale":
      throw preconditionFailed(`${verb} the campaign`, changed.revision);
    case "refused":
      throw notSoNow(verb, changed.state);
    case "ringing": {
      const why = "an earlier trigger is still on its way to all of its recipients";
      throw new ConflictError("campaign_ringing", `Cannot ${verb} the campaign: ${why}`);
    }
  }
}
