import type { Campaign } from "../../domain/campaign.ts";
import type { Recipient } from "../../domain/recipient.ts";
import type { Claim } from "../store.ts";
import { findCampaigns } from "./campaigns.ts";
import type { Queryable } from "./database.ts";
import { findRecipients } from "./recipients.ts";

/** What a lease gives, before it is known whom it is for. */
export type Leased = Omit<Claim, "recipient" | "campaign">;

/** Adds to what was leased whom it is for, and the campaign that keeps it. */
export async function claimedFor(database: Queryable, leased: readonly Leased[]): Promise<Claim[]> {
  const recipients = await foundFor<Recipient>(
    leased.map(({ delivery }) => [delivery.tenantId, delivery.recipientId]),
    (keys) => findRecipients(database, keys),
  );
  const campaigns = await foundFor<Campaign>(
    leased.map(({ reminder }) => [reminder.tenantId, reminder.campaignId]),
    (keys) => findCampaigns(database, keys),
  );
  return leased.map(({ delivery, fence, reminder, inDoubtOf }) => ({
    delivery,
    fence,
    reminder,
    inDoubtOf,
    recipient: recipients.get(keyOf(delivery.tenantId, delivery.recipientId)) ?? null,
    campaign: campaigns.get(keyOf(reminder.tenantId, reminder.campaignId)) ?? null,
  }));
}

/** Names a row of a tenant. */
export interface RowKey {
  tenantId: string;
  id: string;
}

/** Most have neither, and then nothing is asked for. */
async function foundFor<Found extends RowKey>(
  named: readonly (readonly [tenantId: string, id: string | null])[],
  find: (keys: readonly RowKey[]) => Promise<Found[]>,
): Promise<Map<string, Found>> {
  const keys = new Map<string, RowKey>();
  for (const [tenantId, id] of named) if (id !== null) keys.set(keyOf(tenantId, id), { tenantId, id });
  const found = keys.size === 0 ? [] : await find([...keys.values()]);
  return new Map(found.map((one) => [keyOf(one.tenantId, one.id), one]));
}

function keyOf(tenantId: string, id: string | null): string {
  return `${tenantId} ${id ?? ""}`;
}
