import type { DatabaseSync } from "node:sqlite";
import type { Campaign, CampaignSpec, CampaignState, CampaignTrigger } from "../../domain/campaign.ts";
import type { Receipt } from "../access.ts";
import type { CampaignProgress, CampaignWrite } from "../campaign-store.ts";
import { decodeCursor } from "../cursor.ts";
import { pageOf } from "../page.ts";
import type { Page, PageRequest } from "../store.ts";
import { integer, json, type Row, text, textOrNull } from "./rows.ts";

const COLUMNS =
  "tenant_id, id, state, revision, spec, sync_after, matched, looked_at, ringing, created_at, updated_at";

/** One spec for many recipients. */
export function createCampaigns(db: DatabaseSync, keepReceipt: (receipt: Receipt) => void) {
  const insert = db.prepare(`INSERT INTO campaigns (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const change = db.prepare(
    `UPDATE campaigns SET state = ?, revision = ?, spec = ?, sync_after = ?, matched = ?, looked_at = ?, ringing = ?,
     updated_at = ? WHERE tenant_id = ? AND id = ?`,
  );
  const reads = createReads(db);
  const write = (campaign: Campaign, fromRevision: number, receipt?: Receipt): boolean => {
    const { tenantId, id, state, revision, spec, walk, updatedAtMs } = campaign;
    if (reads.find(tenantId, id)?.revision !== fromRevision) return false;
    // First, since a job that is refused must not have written anything.
    if (receipt) keepReceipt(receipt);
    const progress = [walk.after, walk.matched, walk.lookedAt, triggerText(campaign)];
    change.run(state, revision, JSON.stringify(spec), ...progress, updatedAtMs, tenantId, id);
    return true;
  };
  return {
    ...reads,
    create: (campaign: Campaign, receipt: Receipt | undefined): void => {
      if (receipt) keepReceipt(receipt);
      insert.run(...valuesOf(campaign));
    },
    write: ({ campaign, fromRevision, receipt }: CampaignWrite): boolean =>
      write(campaign, fromRevision, receipt),
    advance: (campaign: Campaign, { walk, trigger }: CampaignProgress): boolean => {
      const now = reads.find(campaign.tenantId, campaign.id);
      const isThere = now?.walk.after === walk.after && now.trigger?.after === trigger?.after;
      return isThere && write(campaign, campaign.revision);
    },
  };
}

function createReads(db: DatabaseSync) {
  const find = db.prepare(`SELECT ${COLUMNS} FROM campaigns WHERE tenant_id = ? AND id = ?`);
  const list = db.prepare(
    `SELECT ${COLUMNS} FROM campaigns WHERE tenant_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const open = db.prepare(
    `SELECT ${COLUMNS} FROM campaigns INDEXED BY campaigns_open WHERE tenant_id = ? AND state <> 'stopped' ORDER BY id`,
  );
  const walking = db.prepare(
    `SELECT ${COLUMNS} FROM campaigns INDEXED BY campaigns_walking
     WHERE sync_after IS NOT NULL OR ringing IS NOT NULL ORDER BY tenant_id, id LIMIT ?`,
  );
  return {
    find: (tenantId: string, id: string): Campaign | null => {
      const row = find.get(tenantId, id) as Row | undefined;
      return row ? toCampaign(row) : null;
    },
    list: ({ tenantId, after, limit }: PageRequest): Page<Campaign> => {
      // "~" sorts after every id.
      const [before = "~"] = after === undefined ? [] : decodeCursor("campaigns", after, ["string"]);
      const rows = list.all(tenantId, before, limit + 1) as Row[];
      return pageOf(rows, { list: "campaigns", limit, toItem: toCampaign, placeOf: ({ id }) => [id] });
    },
    findOpen: (tenantId: string): Campaign[] => (open.all(tenantId) as Row[]).map(toCampaign),
    findWalking: (limit: number): Campaign[] => (walking.all(limit) as Row[]).map(toCampaign),
  };
}

function valuesOf(campaign: Campaign): (string | number | null)[] {
  const { tenantId, id, state, revision, spec, walk, createdAtMs, updatedAtMs } = campaign;
  const progress = [walk.after, walk.matched, walk.lookedAt, triggerText(campaign)];
  return [tenantId, id, state, revision, JSON.stringify(spec), ...progress, createdAtMs, updatedAtMs];
}

function triggerText({ trigger }: Campaign): string | null {
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
