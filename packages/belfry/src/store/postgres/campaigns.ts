import type { Campaign, CampaignSpec, CampaignState, CampaignTrigger } from "../../domain/campaign.ts";
import type { CampaignProgress, CampaignStore } from "../campaign-store.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import type { Database, Queryable, Row } from "./database.ts";
import { createKeepReminders } from "./keep-reminders.ts";
import type { Notices } from "./notices.ts";
import { keepReceipt } from "./receipts.ts";
import { findSomeReminders } from "./reminders.ts";
import { integer, json, text, textOrNull, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { textArray } from "./values.ts";
import type { Write } from "./writing.ts";

const COLUMNS =
  "tenant_id, id, state, revision, spec, sync_after, matched, looked_at, ringing, created_at, updated_at";

const INSERT = statement(
  "insert_campaign",
  `INSERT INTO campaigns (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);
const CHANGE = statement(
  "change_campaign",
  `UPDATE campaigns SET state = $3, revision = $4, spec = $5, sync_after = $6, matched = $7, looked_at = $8, ringing = $9,
   updated_at = $11 WHERE tenant_id = $1 AND id = $2 AND revision = $12 AND $10::bigint IS NOT NULL RETURNING id`,
);
const ADVANCE = statement(
  "advance_campaign",
  `UPDATE campaigns SET sync_after = $4, matched = $5, looked_at = $6, ringing = $7 WHERE tenant_id = $1 AND id = $2
   AND revision = $3 AND sync_after IS NOT DISTINCT FROM $8::text AND ringing IS NOT DISTINCT FROM $9::text RETURNING id`,
);
const FIND_SOME = statement(
  "find_campaigns",
  `SELECT c.* FROM unnest($1::text[], $2::text[]) AS x (tenant_id, id),
     LATERAL (SELECT ${COLUMNS} FROM campaigns WHERE tenant_id = x.tenant_id AND id = x.id) AS c`,
);
const LIST = statement(
  "list_campaigns",
  `SELECT ${COLUMNS} FROM campaigns WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
);
const OPEN = statement(
  "find_open_campaigns",
  `SELECT ${COLUMNS} FROM campaigns WHERE tenant_id = $1 AND state <> 'stopped' ORDER BY id`,
);
const WALKING = statement(
  "find_walking_campaigns",
  `SELECT ${COLUMNS} FROM campaigns WHERE sync_after IS NOT NULL OR ringing IS NOT NULL ORDER BY tenant_id, id LIMIT $1`,
);

interface CampaignParts {
  database: Database;
  write: Write;
  notices: Notices;
}

/** One spec for many recipients. */
export function campaignStore({ database, write, notices }: CampaignParts): CampaignStore {
  return {
    createCampaign: (campaign, receipt) =>
      write(async ({ transaction }) => {
        await keepReceipt(transaction, receipt);
        await transaction.run(INSERT, valuesOf(campaign));
        return { result: undefined, nowMs: campaign.createdAtMs };
      }),
    findCampaign: async (tenantId, id) => (await findCampaigns(database, [{ tenantId, id }]))[0] ?? null,
    listCampaigns: async ({ tenantId, after, limit }) => {
      // "~" sorts after every id.
      const [before = "~"] = after === undefined ? [] : decodeCursor("campaigns", after, ["string"]);
      const rows = await database.run(LIST, [tenantId, before, limit + 1]);
      return pageOf(rows, { list: "campaigns", limit, toItem: toCampaign, placeOf: ({ id }) => [id] });
    },
    findOpenCampaigns: async (tenantId) => (await database.run(OPEN, [tenantId])).map(toCampaign),
    writeCampaign: ({ campaign, fromRevision, receipt }) =>
      write(async ({ transaction }) => {
        const rows = await transaction.run(CHANGE, [...valuesOf(campaign), fromRevision]);
        if (rows.length > 0) await keepReceipt(transaction, receipt);
        return { result: rows.length > 0, nowMs: campaign.updatedAtMs };
      }),
    findWalkingCampaigns: async (limit) => (await database.run(WALKING, [limit])).map(toCampaign),
    advanceCampaign: async (campaign, from) => {
      const { tenantId, id, revision } = campaign;
      const before = [from.walk.after, triggerText(from)];
      const rows = await database.write(ADVANCE, [
        tenantId,
        id,
        revision,
        ...progressOf(campaign),
        ...before,
      ]);
      return rows.length > 0;
    },
    findReminders: (tenantId, ids) => findSomeReminders(database, tenantId, ids),
    keepReminders: createKeepReminders(write, notices),
  };
}

/** Those that there are. */
export async function findCampaigns(
  database: Queryable,
  keys: readonly { tenantId: string; id: string }[],
): Promise<Campaign[]> {
  const tenants = textArray(keys.map(({ tenantId }) => tenantId));
  const rows = await database.run(FIND_SOME, [tenants, textArray(keys.map(({ id }) => id))]);
  return rows.map(toCampaign);
}

/** In the order of the columns. */
function valuesOf(campaign: Campaign): (string | number | null)[] {
  const { tenantId, id, state, revision, spec, createdAtMs, updatedAtMs } = campaign;
  const times = [whole(createdAtMs), whole(updatedAtMs)];
  return [tenantId, id, state, revision, JSON.stringify(spec), ...progressOf(campaign), ...times];
}

function progressOf({ walk, trigger }: CampaignProgress): (string | number | null)[] {
  return [walk.after, walk.matched, walk.lookedAt, triggerText({ trigger })];
}

function triggerText({ trigger }: Pick<CampaignProgress, "trigger">): string | null {
  return trigger === null ? null : JSON.stringify(trigger);
}

function toCampaign(row: Row): Campaign {
  return {
    tenantId: text(row, "tenant_id"),
    id: text(row, "id"),
    state: text(row, "state") as CampaignState,
    revision: integer(row, "revision"),
    spec: json<CampaignSpec>(row, "spec"),
    walk: {
      after: textOrNull(row, "sync_after"),
      matched: integer(row, "matched"),
      lookedAt: integer(row, "looked_at"),
    },
    trigger: row.ringing === null ? null : json<CampaignTrigger>(row, "ringing"),
    createdAtMs: integer(row, "created_at"),
    updatedAtMs: integer(row, "updated_at"),
  };
}
