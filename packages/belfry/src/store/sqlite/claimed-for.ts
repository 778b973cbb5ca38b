import type { Campaign } from "../../domain/campaign.ts";
import type { Recipient } from "../../domain/recipient.ts";
import type { Claim } from "../store.ts";
import type { Leased } from "./lease.ts";

interface Reads {
  findRecipient: (tenantId: string, id: string) => Recipient | null;
  findCampaign: (tenantId: string, id: string) => Campaign | null;
}

/** Adds to what was leased whom it is for, and the campaign that keeps it; each is read once a claim. */
export function createClaimedFor({ findRecipient, findCampaign }: Reads) {
  return (leased: readonly Leased[]): Claim[] => {
    const recipients = new Map<string, Recipient | null>();
    const campaigns = new Map<string, Campaign | null>();
    return leased.map((one) => {
      const { tenantId, recipientId } = one.delivery;
      const { campaignId } = one.reminder;
      return {
        ...one,
        recipient: once(recipients, findRecipient, [tenantId, recipientId]),
        campaign: once(campaigns, findCampaign, [tenantId, campaignId]),
      };
    });
  };
}

function once<Found>(
  known: Map<string, Found | null>,
  find: (tenantId: string, id: string) => Found | null,
  [tenantId, id]: [string, string | null],
): Found | null {
  if (id === null) return null;
  const key = `${tenantId} ${id}`;
  const seen = known.get(key);
  if (seen !== undefined) return seen;
  const found = find(tenantId, id);
  known.set(key, found);
  return found;
}
