import type { DatabaseSync } from "node:sqlite";
import type { CampaignBasis } from "../store.ts";
import type { Row } from "./rows.ts";

/** Tells whether a campaign and a recipient are still what a decision about its reminder was made from. */
export function createBasisCheck(db: DatabaseSync): (tenantId: string, basis: CampaignBasis) => boolean {
  const campaign = db.prepare("SELECT revision FROM campaigns WHERE tenant_id = ? AND id = ?");
  const recipient = db.prepare("SELECT revision FROM recipients WHERE tenant_id = ? AND id = ?");
  return (tenantId, { campaignId, campaignRevision, recipientId, recipientRevision }) => {
    const ofCampaign = campaign.get(tenantId, campaignId) as Row | undefined;
    const ofRecipient = recipient.get(tenantId, recipientId) as Row | undefined;
    return ofCampaign?.revision === campaignRevision && ofRecipient?.revision === recipientRevision;
  };
}
