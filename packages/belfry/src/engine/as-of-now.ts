import type { Claim } from "../store/store.ts";
import type { EngineDeps } from "./ports.ts";

/** Whether a claim is for a recipient, or of a campaign, which may be changed while it is held. */
export function mayHaveChanged({ delivery, reminder }: Claim): boolean {
  return delivery.recipientId !== null || reminder.campaignId !== null;
}

/**
 * A claim's recipient and its campaign as they are now: it may have waited long for its place in its lane, and
 * nothing is sent of what they are no longer.
 */
export async function asOfNow(
  { store }: Pick<EngineDeps, "store">,
  { delivery, reminder }: Claim,
): Promise<Pick<Claim, "recipient" | "campaign">> {
  const { tenantId, recipientId } = delivery;
  const { campaignId } = reminder;
  const [recipient, campaign] = await Promise.all([
    recipientId === null ? null : store.findRecipient(tenantId, recipientId),
    campaignId === null ? null : store.findCampaign(tenantId, campaignId),
  ]);
  return { recipient, campaign };
}
