import type { Audience, Campaign } from "../domain/campaign.ts";
import type { Content, JsonObject } from "../domain/content.ts";
import type { CatchUp, InDoubt } from "../domain/reminder.ts";
import type { Mode } from "../domain/target.ts";
import type { Receipt } from "../store/access.ts";
import type { StaleRevision } from "../store/store.ts";
import type { CampaignPreview } from "./campaign-preview.ts";
import type { RepeatRequest, RetryRequest, Tenant } from "./engine.ts";

/** What a campaign is to be. The shape has been checked; the meaning has not. */
export interface CampaignRequest {
  name: string;
  /** Left out: everybody. */
  audience?: Audience;
  schedule: unknown;
  content: Content;
  channels?: readonly string[];
  mode?: Mode;
  /** The name of an endpoint to which all of it goes, instead of each recipient's own addresses. */
  endpoint?: string;
  catchUp?: CatchUp;
  /** ISO 8601 duration. */
  usefulFor?: string;
  retry?: RetryRequest;
  inDoubt?: InDoubt;
  /** ISO 8601 duration. */
  spread?: string;
  urgent?: boolean;
  repeat?: RepeatRequest;
  /** ISO 8601 duration: gives the content each recipient's events that begin within it. */
  eventsWithin?: string;
  metadata?: JsonObject;
}

/** What an edit replaces; null brings the default back. */
export type CampaignPatch = {
  [Field in keyof CampaignRequest]?: Field extends "name" | "schedule" | "content"
    ? CampaignRequest[Field]
    : CampaignRequest[Field] | null;
};

export interface CampaignOptions {
  /** Only if the campaign has one of these revisions. */
  ifRevision?: readonly number[];
  /** Made from the result; commits with it. Not asked for when there was nothing to change. */
  receiptOf?: (campaign: Campaign) => Receipt;
}

/** What became of a change; all but `changed` say why nothing was changed. */
export type CampaignChanged =
  | { kind: "changed"; campaign: Campaign }
  | StaleRevision
  | { kind: "missing" }
  /** Its state does not allow it. */
  | { kind: "refused"; state: Campaign["state"] }
  /** An earlier trigger is still on its way to all of them. */
  | { kind: "ringing" };

/** One spec for many recipients. A change that others make at once, again and again: ConflictError `campaign_changed`. */
export interface Campaigns {
  /** @throws InvalidInputError, also with the schedule's own code */
  createCampaign(
    tenant: Tenant,
    request: CampaignRequest,
    receiptOf?: (campaign: Campaign) => Receipt,
  ): Promise<Campaign>;
  /** Replaces parts; what is not yet sent is planned anew in the background. @throws InvalidInputError, ConflictError */
  editCampaign(
    tenant: Tenant,
    id: string,
    patch: CampaignPatch,
    options?: CampaignOptions,
  ): Promise<CampaignChanged>;
  /** Nothing of it is sent until it is resumed. @throws ConflictError */
  pauseCampaign(tenant: Tenant, id: string, options?: CampaignOptions): Promise<CampaignChanged>;
  /** `missed` says what becomes of what fell due meanwhile, by default the campaign's `catchUp`. @throws ConflictError */
  resumeCampaign(
    tenant: Tenant,
    id: string,
    options?: CampaignOptions & { missed?: CatchUp },
  ): Promise<CampaignChanged>;
  /** Ends it for good, with all that waits of it. @throws ConflictError */
  stopCampaign(tenant: Tenant, id: string, options?: CampaignOptions): Promise<CampaignChanged>;
  /** Rings every reminder of it once, outside the rule, in the background. `key` names this ring. @throws ConflictError */
  triggerCampaign(
    tenant: Tenant,
    id: string,
    options: CampaignOptions & { key: string },
  ): Promise<CampaignChanged>;
  /** What a campaign would do, or does: to how many, when next, in which zones. @throws InvalidInputError */
  previewCampaign(tenant: Tenant, request: CampaignRequest, count: number): Promise<CampaignPreview>;
  /** Null if there is none. */
  previewOfCampaign(tenant: Tenant, id: string, count: number): Promise<CampaignPreview | null>;
}
