import type { Campaign, CampaignTrigger, CampaignWalk } from "../domain/campaign.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Receipt } from "./access.ts";
import type { Acceptance, Page, PageRequest } from "./store.ts";

/** A campaign as it shall be. */
export interface CampaignWrite {
  campaign: Campaign;
  /** The revision that it was made from. */
  fromRevision: number;
  receipt?: Receipt;
}

/** How far a campaign's walks have come. */
export interface CampaignProgress {
  walk: CampaignWalk;
  trigger: CampaignTrigger | null;
}

/** What a decision about the reminder that a campaign keeps for a recipient was made from. */
export interface CampaignBasis {
  campaignId: string;
  campaignRevision: number;
  recipientId: string;
  recipientRevision: number;
}

/** A reminder that a campaign is to keep; one that left for the history comes back as it is given here. */
export interface CampaignKeep extends Acceptance {
  basis: CampaignBasis;
}

export interface CampaignKeeping {
  tenantId: string;
  keeps: readonly CampaignKeep[];
  /** Of those that come back: occurrences that were due from here on and have been settled must not ring again. */
  spentFromMs: number;
  nowMs: number;
}

/** `kept`: it is there; `known`: there is one already; `moved`: its basis is no longer so. */
export type Kept = "kept" | "known" | "moved";

/** A reminder, and whether it is among those with something to come. */
export interface FoundReminder {
  reminder: Reminder;
  isHot: boolean;
}

export interface CampaignStore {
  createCampaign(campaign: Campaign, receipt?: Receipt): Promise<void>;
  findCampaign(tenantId: string, id: string): Promise<Campaign | null>;
  /** Newest first. */
  listCampaigns(request: PageRequest): Promise<Page<Campaign>>;
  /** Those that are not stopped, by id. */
  findOpenCampaigns(tenantId: string): Promise<Campaign[]>;
  /** False if it has another revision by now, or is not there. */
  writeCampaign(write: CampaignWrite): Promise<boolean>;
  /** Those whose reminders are not in step with them, or that are to be rung, the oldest first. */
  findWalkingCampaigns(limit: number): Promise<Campaign[]>;
  /**
   * Notes how far a campaign's walks have come; false if it has another revision by now, or its walks are no
   * longer where they were.
   */
  advanceCampaign(campaign: Campaign, from: CampaignProgress): Promise<boolean>;
  /** Those that there are, from the hot rows, else the history. */
  findReminders(tenantId: string, ids: readonly string[]): Promise<FoundReminder[]>;
  /** Stores the reminders that are not there yet and whose basis still holds; resolves with what became of each. */
  keepReminders(keeping: CampaignKeeping): Promise<Kept[]>;
}
