import type { Campaign } from "../../domain/campaign.ts";
import { MODES } from "../../domain/target.ts";
import type { CampaignPreview } from "../../engine/campaign-preview.ts";
import { formatInstant } from "../../time/instant.ts";
import type { CampaignPreviewResource, CampaignResource } from "../schemas/campaign.ts";
import type { Metadata } from "../schemas/metadata.ts";
import { isoDuration } from "./iso-duration.ts";
import { occurrenceResource, policyResource } from "./reminder-view.ts";

const MINUTE_MS = 60_000;

/** A campaign as the API shows it. */
export function campaignResource(campaign: Campaign): CampaignResource {
  const { spec, walk, trigger, createdAtMs, updatedAtMs } = campaign;
  const { name, audience, schedule, content, channels, mode, endpoint, policy, metadata, eventsWithinMs } =
    spec;
  const { tags, attributes } = audience;
  return {
    id: campaign.id,
    name,
    state: campaign.state,
    revision: campaign.revision,
    audience: {
      ...(tags ? { tags: [...tags] } : {}),
      ...(attributes ? { attributes: { ...attributes } } : {}),
    },
    schedule,
    content: content as CampaignResource["content"],
    channels: channels ? [...channels] : null,
    mode: mode ?? MODES[0],
    endpoint: endpoint ?? null,
    ...policyResource(policy),
    eventsWithin: eventsWithinMs === undefined ? null : isoDuration(eventsWithinMs),
    // Nothing else is let in.
    metadata: metadata as Metadata,
    progress: { isWalking: walk.after !== null, lookedAt: walk.lookedAt, matched: walk.matched },
    trigger: trigger && { at: formatInstant(trigger.atMs), rung: trigger.rung },
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
}

/** What a campaign does, or would do, as the API shows it. */
export function campaignPreviewResource({
  upcoming,
  timeZones,
  ...counts
}: CampaignPreview): CampaignPreviewResource {
  return {
    ...counts,
    upcoming: upcoming.map(({ occurrence, timeZone, recipients }) => ({
      ...occurrenceResource(occurrence),
      timeZone,
      recipients,
    })),
    timeZones: timeZones.map(({ timeZone, recipients, next, clockChanges }) => ({
      timeZone,
      recipients,
      next: next && occurrenceResource(next),
      clockChanges: clockChanges.map(({ atMs, shiftMs, ...change }) => ({
        at: formatInstant(atMs),
        shift: shiftMs / MINUTE_MS,
        ...change,
      })),
    })),
  };
}
