import type { DatabaseSync } from "node:sqlite";
import type { Recipient, RecipientProfile } from "../../domain/recipient.ts";
import type { Receipt } from "../access.ts";
import { decodeCursor } from "../cursor.ts";
import { recipientPage, repeatsOf, rowsOfPage } from "../recipient-page.ts";
import type {
  RecipientChange,
  RecipientFilter,
  RecipientRemoval,
  RecipientWrite,
  RecipientWritten,
} from "../recipient-store.ts";
import { staleRevision } from "../stale.ts";
import type { Page, PageRequest, StaleRevision } from "../store.ts";
import { profileOf } from "../stored-recipient.ts";
import { createErase } from "./erase.ts";
import { integer, json, type Row, text, textOrNull } from "./rows.ts";

const COLUMNS = "tenant_id, id, external_id, revision, epoch, profile, created_at, updated_at";

/** Who is reminded. */
export function createRecipients(db: DatabaseSync, keepReceipt: (receipt: Receipt) => void) {
  const reads = createReads(db);
  const remove = db.prepare("DELETE FROM recipients WHERE tenant_id = ? AND id = ?");
  const removeFeeds = db.prepare("DELETE FROM calendar_feeds WHERE tenant_id = ? AND recipient_id = ?");
  const removeEvents = db.prepare("DELETE FROM calendar_events WHERE tenant_id = ? AND recipient_id = ?");
  const changes = createChanges(db);
  return {
    ...reads,
    ...changes,
    write: createWrite(db, { keepReceipt, find: reads.find, tell: changes.tell }),
    delete: ({ tenantId, id, ifRevision }: RecipientRemoval): boolean | StaleRevision => {
      const before = reads.find(tenantId, id);
      const stale = before && staleRevision(before.revision, ifRevision);
      if (stale) return stale;
      if (!before) return false;
      remove.run(tenantId, id);
      removeFeeds.run(tenantId, id);
      removeEvents.run(tenantId, id);
      changes.tell(tenantId, id);
      return true;
    },
    erase: createErase(db),
  };
}

function createReads(db: DatabaseSync) {
  const find = db.prepare(`SELECT ${COLUMNS} FROM recipients WHERE tenant_id = ? AND id = ?`);
  const byExternal = db.prepare(`SELECT ${COLUMNS} FROM recipients WHERE tenant_id = ? AND external_id = ?`);
  const walk = db.prepare(
    `SELECT ${COLUMNS} FROM recipients WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ?`,
  );
  const count = db.prepare("SELECT count(*) AS n FROM recipients WHERE tenant_id = ?");
  const walkFrom = (tenantId: string, afterId: string, limit: number): Recipient[] =>
    (walk.all(tenantId, afterId, limit) as Row[]).map(toRecipient);
  return {
    find: (tenantId: string, id: string): Recipient | null => {
      const row = find.get(tenantId, id) as Row | undefined;
      return row ? toRecipient(row) : null;
    },
    findByExternalIds: (tenantId: string, externalIds: readonly string[]): Recipient[] =>
      externalIds.flatMap((externalId) => {
        const row = byExternal.get(tenantId, externalId) as Row | undefined;
        return row ? [toRecipient(row)] : [];
      }),
    walk: walkFrom,
    count: (tenantId: string): number => integer(count.get(tenantId) as Row, "n"),
    list: ({
      tenantId,
      after,
      limit,
      filter,
    }: PageRequest & { filter: RecipientFilter }): Page<Recipient> => {
      const [from = ""] = after === undefined ? [] : decodeCursor("recipients", after, ["string"]);
      const seen = walkFrom(tenantId, String(from), rowsOfPage(filter, limit));
      return recipientPage(seen, { filter, limit });
    },
  };
}

function createChanges(db: DatabaseSync) {
  const tell = db.prepare("INSERT OR REPLACE INTO recipient_changes (tenant_id, recipient_id) VALUES (?, ?)");
  const list = db.prepare(
    "SELECT mark, tenant_id, recipient_id FROM recipient_changes ORDER BY mark LIMIT ?",
  );
  const settle = db.prepare("DELETE FROM recipient_changes WHERE mark = ?");
  return {
    tell: (tenantId: string, recipientId: string): void => void tell.run(tenantId, recipientId),
    listChanges: (limit: number): RecipientChange[] =>
      (list.all(limit) as Row[]).map((row) => ({
        tenantId: text(row, "tenant_id"),
        recipientId: text(row, "recipient_id"),
        mark: integer(row, "mark"),
      })),
    settleChanges: (changes: readonly RecipientChange[]): void => {
      for (const { mark } of changes) settle.run(mark);
    },
  };
}

interface WriteParts {
  keepReceipt: (receipt: Receipt) => void;
  find: (tenantId: string, id: string) => Recipient | null;
  tell: (tenantId: string, recipientId: string) => void;
}

function createWrite(db: DatabaseSync, { keepReceipt, find, tell }: WriteParts) {
  const owner = db.prepare("SELECT id FROM recipients WHERE tenant_id = ? AND external_id = ?");
  const put = db.prepare(
    `INSERT INTO recipients (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tenant_id, id) DO UPDATE SET external_id = excluded.external_id, revision = excluded.revision,
       epoch = excluded.epoch, profile = excluded.profile, updated_at = excluded.updated_at`,
  );
  const judge = ({ recipient, fromRevision }: RecipientWrite): RecipientWritten => {
    const { tenantId, id, externalId } = recipient;
    if ((find(tenantId, id)?.revision ?? null) !== fromRevision) return "conflict";
    const known = externalId === null ? undefined : (owner.get(tenantId, externalId) as Row | undefined);
    return known === undefined || known.id === id ? "written" : "taken";
  };
  return (
    batch: readonly RecipientWrite[],
    receiptOf?: (written: readonly RecipientWritten[]) => Receipt,
  ): RecipientWritten[] => {
    // First, since a job that is refused must not have written anything.
    const repeats = repeatsOf(batch);
    const written = batch.map((one, index) => (repeats.has(index) ? "conflict" : judge(one)));
    if (receiptOf) keepReceipt(receiptOf(written));
    for (const [index, { recipient, isTold }] of batch.entries()) {
      if (written[index] !== "written") continue;
      put.run(...valuesOf(recipient));
      if (isTold) tell(recipient.tenantId, recipient.id);
    }
    return written;
  };
}

function valuesOf(recipient: Recipient): (string | number | null)[] {
  const { tenantId, id, externalId, revision, epoch, createdAtMs, updatedAtMs } = recipient;
  return [
    tenantId,
    id,
    externalId,
    revision,
    epoch,
    JSON.stringify(profileOf(recipient)),
    createdAtMs,
    updatedAtMs,
  ];
}

function toRecipient(row: Row): Recipient {
  return {
    ...json<RecipientProfile>(row, "profile"),
    tenantId: text(row, "tenant_id"),
    id: text(row, "id"),
    externalId: textOrNull(row, "external_id"),
    revision: integer(row, "revision"),
    epoch: integer(row, "epoch"),
    createdAtMs: integer(row, "created_at"),
    updatedAtMs: integer(row, "updated_at"),
  };
}
