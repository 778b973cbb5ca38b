import type { CampaignBasis } from "../store.ts";
import type { Queryable } from "./database.ts";
import { statement } from "./statement.ts";
import { plain, texts } from "./values.ts";

/**
 * Holds the rows of campaigns and recipients that are still what decisions about their reminders were made
 * from, so that whoever changes one at this moment is waited for, or waits.
 */
const HOLD = statement(
  "hold_campaign_bases",
  `SELECT x.n FROM unnest($1::text[], $2::integer[], $3::text[], $4::integer[])
     WITH ORDINALITY AS x (campaign_id, campaign_revision, recipient_id, recipient_revision, n),
   LATERAL (SELECT FROM campaigns c WHERE c.tenant_id = $5 AND c.id = x.campaign_id AND c.revision = x.campaign_revision
     FOR SHARE) AS c,
   LATERAL (SELECT FROM recipients r WHERE r.tenant_id = $5 AND r.id = x.recipient_id AND r.revision = x.recipient_revision
     FOR SHARE) AS r`,
);

/** Which of them still hold, and do so until the transaction ends. */
export async function holdBases(
  transaction: Queryable,
  tenantId: string,
  bases: readonly CampaignBasis[],
): Promise<ReadonlySet<CampaignBasis>> {
  const rows = await transaction.run(HOLD, [
    texts<CampaignBasis>(({ campaignId }) => campaignId).array(bases),
    plain<CampaignBasis>(({ campaignRevision }) => campaignRevision).array(bases),
    texts<CampaignBasis>(({ recipientId }) => recipientId).array(bases),
    plain<CampaignBasis>(({ recipientRevision }) => recipientRevision).array(bases),
    tenantId,
  ]);
  const held = new Set(rows.map((row) => Number(row.n) - 1));
  return new Set(bases.filter((_, index) => held.has(index)));
}
