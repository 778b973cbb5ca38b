import type { Recipient, RecipientProfile } from "../../domain/recipient.ts";
import type { Receipt } from "../access.ts";
import { decodeCursor } from "../cursor.ts";
import { recipientPage, repeatsOf, rowsOfPage } from "../recipient-page.ts";
import type {
  RecipientChange,
  RecipientRemoval,
  RecipientStore,
  RecipientWrite,
  RecipientWritten,
} from "../recipient-store.ts";
import { staleRevision } from "../stale.ts";
import type { StaleRevision } from "../store.ts";
import { profileOf } from "../stored-recipient.ts";
import type { Database, Queryable, Row } from "./database.ts";
import { createErase } from "./erase.ts";
import { keepReceipt } from "./receipts.ts";
import { integer, json, text, textOrNull, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { lines, plain, plainArray, textArray, texts } from "./values.ts";
import type { Write } from "./writing.ts";

const COLUMNS = "tenant_id, id, external_id, revision, epoch, profile, created_at, updated_at";

const FIND = statement(
  "find_recipient",
  `SELECT ${COLUMNS} FROM recipients WHERE tenant_id = $1 AND id = $2`,
);
const FIND_SOME = statement(
  "find_recipients",
  `SELECT r.* FROM unnest($1::text[], $2::text[]) AS x (tenant_id, id),
     LATERAL (SELECT ${COLUMNS} FROM recipients WHERE tenant_id = x.tenant_id AND id = x.id) AS r`,
);
const BY_EXTERNAL = statement(
  "find_recipients_by_external_id",
  `SELECT r.* FROM unnest($2::text[]) AS x (external_id),
     LATERAL (SELECT ${COLUMNS} FROM recipients WHERE tenant_id = $1 AND external_id = x.external_id) AS r`,
);
const WALK = statement(
  "walk_recipients",
  `SELECT ${COLUMNS} FROM recipients WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`,
);
const COUNT = statement("count_recipients", "SELECT count(*) AS n FROM recipients WHERE tenant_id = $1");
const CHANGES = statement(
  "list_recipient_changes",
  "SELECT mark, tenant_id, recipient_id FROM recipient_changes ORDER BY mark LIMIT $1",
);
const SETTLE_CHANGES = statement(
  "settle_recipient_changes",
  "DELETE FROM recipient_changes WHERE mark = ANY($1::bigint[])",
);

export function recipientStore(database: Database, write: Write): RecipientStore {
  const walk = async (tenantId: string, afterId: string, limit: number): Promise<Recipient[]> =>
    (await database.run(WALK, [tenantId, afterId, limit])).map(toRecipient);
  return {
    writeRecipients: createRecipientWrite(write),
    findRecipient: (tenantId, id) => findRecipient(database, tenantId, id),
    findByExternalIds: async (tenantId, externalIds) =>
      (await database.run(BY_EXTERNAL, [tenantId, textArray(externalIds)])).map(toRecipient),
    listRecipients: async ({ tenantId, after, limit, filter }) => {
      const [from = ""] = after === undefined ? [] : decodeCursor("recipients", after, ["string"]);
      const seen = await walk(tenantId, String(from), rowsOfPage(filter, limit));
      return recipientPage(seen, { filter, limit });
    },
    walkRecipients: walk,
    countRecipients: async (tenantId) => {
      const [row] = await database.run(COUNT, [tenantId]);
      return row ? integer(row, "n") : 0;
    },
    deleteRecipient: createRemoval(write),
    listRecipientChanges: async (limit) => (await database.run(CHANGES, [limit])).map(toChange),
    settleRecipientChanges: async (changes) => {
      await database.write(SETTLE_CHANGES, [plainArray(changes.map(({ mark }) => mark))]);
    },
    eraseRecipient: createErase(write),
  };
}

/** Those that there are. */
export async function findRecipients(
  database: Queryable,
  keys: readonly { tenantId: string; id: string }[],
): Promise<Recipient[]> {
  const tenants = textArray(keys.map(({ tenantId }) => tenantId));
  const rows = await database.run(FIND_SOME, [tenants, textArray(keys.map(({ id }) => id))]);
  return rows.map(toRecipient);
}

export async function findRecipient(
  database: Queryable,
  tenantId: string,
  id: string,
): Promise<Recipient | null> {
  const [row] = await database.run(FIND, [tenantId, id]);
  return row ? toRecipient(row) : null;
}

/** Holds those that are there, in the order of their ids, and the owners of the external ids. */
const LOCK = statement(
  "lock_recipients",
  `SELECT r.tenant_id, r.id, r.revision FROM unnest($1::text[], $2::text[]) AS x (tenant_id, id)
   JOIN recipients r ON r.tenant_id = x.tenant_id AND r.id = x.id ORDER BY r.tenant_id, r.id FOR UPDATE OF r`,
);
const OWNERS = statement(
  "external_id_owners",
  `SELECT r.tenant_id, r.id, r.external_id FROM unnest($1::text[], $2::text[]) AS x (tenant_id, external_id)
   JOIN recipients r ON r.tenant_id = x.tenant_id AND r.external_id = x.external_id AND r.external_id IS NOT NULL`,
);
/** One that another transaction has made meanwhile, or whose external id it has taken, is left out. */
const INSERT = statement(
  "insert_recipients",
  `INSERT INTO recipients (${COLUMNS}) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::integer[],
     string_to_array($6::text, E'\\n', ''), $7::bigint[], $8::bigint[]) ON CONFLICT DO NOTHING RETURNING tenant_id, id`,
);
const UPDATE = statement(
  "update_recipients",
  `UPDATE recipients r SET external_id = x.external_id, revision = x.revision, epoch = x.epoch, profile = x.profile, updated_at = x.updated_at
   FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::integer[], string_to_array($6::text, E'\\n', ''), $7::bigint[], $8::bigint[])
     AS x (tenant_id, id, external_id, revision, epoch, profile, created_at, updated_at)
   WHERE r.tenant_id = x.tenant_id AND r.id = x.id RETURNING r.tenant_id, r.id`,
);
/** One that came before gets a new mark, so that whoever sees to that one does not take it for this. */
export const TELLING_ANEW = "ON CONFLICT (tenant_id, recipient_id) DO UPDATE SET mark = DEFAULT";

const TELL = statement(
  "tell_recipient_changes",
  `INSERT INTO recipient_changes (tenant_id, recipient_id)
   SELECT tenant_id, recipient_id FROM unnest($1::text[], $2::text[]) AS x (tenant_id, recipient_id) ORDER BY 1, 2 ${TELLING_ANEW}`,
);

function createRecipientWrite(write: Write) {
  return (
    batch: readonly RecipientWrite[],
    receiptOf?: (written: readonly RecipientWritten[]) => Receipt,
  ): Promise<RecipientWritten[]> =>
    write(async ({ transaction }) => {
      const judged = await judge(transaction, batch);
      const fit = batch.filter((_, index) => judged[index] === "written");
      const stored = await store(transaction, fit);
      const written = batch.map((one, index): RecipientWritten => {
        const isLost = judged[index] === "written" && !stored.has(keyOf(one.recipient));
        return isLost ? "conflict" : (judged[index] ?? "conflict");
      });
      await keepReceipt(transaction, receiptOf?.(written));
      const told = fit.filter(({ isTold, recipient }) => isTold && stored.has(keyOf(recipient)));
      await tell(
        transaction,
        told.map(({ recipient }) => recipient),
      );
      return { result: written, nowMs: batch[0]?.recipient.updatedAtMs ?? 0 };
    });
}

async function judge(transaction: Queryable, batch: readonly RecipientWrite[]): Promise<RecipientWritten[]> {
  const recipients = batch.map(({ recipient }) => recipient);
  const tenants = texts<Recipient>(({ tenantId }) => tenantId);
  const rows = await transaction.run(LOCK, [
    tenants.array(recipients),
    texts<Recipient>(({ id }) => id).array(recipients),
  ]);
  const revisions = new Map(
    rows.map((row) => [`${text(row, "tenant_id")} ${text(row, "id")}`, integer(row, "revision")]),
  );
  const owned = await transaction.run(OWNERS, [
    tenants.array(recipients),
    texts<Recipient>(({ externalId }) => externalId).array(recipients),
  ]);
  const owners = new Map(
    owned.map((row) => [`${text(row, "tenant_id")} ${text(row, "external_id")}`, text(row, "id")]),
  );
  const repeats = repeatsOf(batch);
  return batch.map(({ recipient, fromRevision }, index) => {
    if (repeats.has(index) || (revisions.get(keyOf(recipient)) ?? null) !== fromRevision) return "conflict";
    const { tenantId, id, externalId } = recipient;
    const owner = externalId === null ? undefined : owners.get(`${tenantId} ${externalId}`);
    return owner === undefined || owner === id ? "written" : "taken";
  });
}

async function store(transaction: Queryable, batch: readonly RecipientWrite[]): Promise<ReadonlySet<string>> {
  const fresh = batch.filter(({ fromRevision }) => fromRevision === null).map(({ recipient }) => recipient);
  const known = batch.filter(({ fromRevision }) => fromRevision !== null).map(({ recipient }) => recipient);
  const rows = [
    ...(fresh.length > 0 ? await transaction.run(INSERT, recipientArrays(fresh)) : []),
    ...(known.length > 0 ? await transaction.run(UPDATE, recipientArrays(known)) : []),
  ];
  return new Set(rows.map((row) => `${text(row, "tenant_id")} ${text(row, "id")}`));
}

async function tell(
  transaction: Queryable,
  recipients: readonly Pick<Recipient, "tenantId" | "id">[],
): Promise<void> {
  if (recipients.length === 0) return;
  type Named = (typeof recipients)[number];
  await transaction.run(TELL, [
    texts<Named>(({ tenantId }) => tenantId).array(recipients),
    texts<Named>(({ id }) => id).array(recipients),
  ]);
}

function recipientArrays(recipients: readonly Recipient[]): string[] {
  return [
    texts<Recipient>(({ tenantId }) => tenantId).array(recipients),
    texts<Recipient>(({ id }) => id).array(recipients),
    texts<Recipient>(({ externalId }) => externalId).array(recipients),
    plain<Recipient>(({ revision }) => revision).array(recipients),
    plain<Recipient>(({ epoch }) => epoch).array(recipients),
    lines<Recipient>((recipient) => JSON.stringify(profileOf(recipient))).array(recipients),
    plain<Recipient>(({ createdAtMs }) => whole(createdAtMs)).array(recipients),
    plain<Recipient>(({ updatedAtMs }) => whole(updatedAtMs)).array(recipients),
  ];
}

function keyOf({ tenantId, id }: Pick<Recipient, "tenantId" | "id">): string {
  return `${tenantId} ${id}`;
}

const FIND_LOCKED = statement(
  "lock_recipient",
  "SELECT revision FROM recipients WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
);
/** The collation keeps it from the index that has all events of a tenant. */
const REMOVE = statement(
  "delete_recipient",
  `WITH feeds AS (DELETE FROM calendar_feeds WHERE tenant_id = $1 AND recipient_id = $2),
     events AS (DELETE FROM calendar_events WHERE tenant_id = $1 COLLATE "POSIX" AND recipient_id = $2)
   DELETE FROM recipients WHERE tenant_id = $1 AND id = $2`,
);

function createRemoval(write: Write) {
  return ({ tenantId, id, nowMs, ifRevision }: RecipientRemoval): Promise<boolean | StaleRevision> =>
    write<boolean | StaleRevision>(async ({ transaction }) => {
      const [row] = await transaction.run(FIND_LOCKED, [tenantId, id]);
      const stale = row ? staleRevision(integer(row, "revision"), ifRevision) : null;
      if (stale) return { result: stale, nowMs };
      if (!row) return { result: false, nowMs };
      await transaction.run(REMOVE, [tenantId, id]);
      await tell(transaction, [{ tenantId, id }]);
      return { result: true, nowMs };
    });
}

function toChange(row: Row): RecipientChange {
  return {
    tenantId: text(row, "tenant_id"),
    recipientId: text(row, "recipient_id"),
    mark: integer(row, "mark"),
  };
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
