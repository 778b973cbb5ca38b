import { ConflictError } from "../../domain/errors.ts";
import type { Endpoint, EndpointState } from "../../domain/target.ts";
import type { Receipt } from "../access.ts";
import { decodeCursor } from "../cursor.ts";
import { changedEndpoint, endpointOff } from "../endpoint-change.ts";
import { pageOf } from "../page.ts";
import { staleRevision } from "../stale.ts";
import type { EndpointChange, EndpointRemoval, Page, PageRequest, StaleRevision } from "../store.ts";
import type { Queryable, Row } from "./database.ts";
import { keepReceipt } from "./receipts.ts";
import { integer, json, text, textOrNull, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import type { Write } from "./writing.ts";

const COLUMNS = "tenant_id, name, id, url, secrets, state, off_reason, revision, created_at, updated_at";

const INSERT = statement(
  "create_endpoint",
  `INSERT INTO endpoints (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING id`,
);
const ONE = `SELECT ${COLUMNS} FROM endpoints WHERE tenant_id = $1 AND name = $2`;
const FIND = statement("find_endpoint", ONE);
const LOCK = statement("lock_endpoint", `${ONE} FOR UPDATE`);
const LIST = statement(
  "list_endpoints",
  `SELECT ${COLUMNS} FROM endpoints WHERE tenant_id = $1 AND name > $2 ORDER BY name LIMIT $3`,
);
const UPDATE = statement(
  "update_endpoint",
  `UPDATE endpoints SET url = $3, secrets = $4, state = $5, off_reason = $6, revision = $7, updated_at = $8
   WHERE tenant_id = $1 AND name = $2`,
);
const REMOVE = statement("delete_endpoint", "DELETE FROM endpoints WHERE tenant_id = $1 AND name = $2");

export async function findEndpoint(
  database: Queryable,
  tenantId: string,
  name: string,
): Promise<Endpoint | null> {
  const [row] = await database.run(FIND, [tenantId, name]);
  return row ? toEndpoint(row) : null;
}

/** By name. */
export async function listEndpoints(
  database: Queryable,
  { tenantId, after, limit }: PageRequest,
): Promise<Page<Endpoint>> {
  const [from = ""] = after === undefined ? [] : decodeCursor("endpoints", after, ["string"]);
  const rows = await database.run(LIST, [tenantId, from, limit + 1]);
  return pageOf(rows, { list: "endpoints", limit, toItem: toEndpoint, placeOf: ({ name }) => [name] });
}

/** Changing named webhook destinations. */
export function createEndpointWrites(write: Write) {
  return {
    create: (endpoint: Endpoint, receipt: Receipt | undefined): Promise<void> =>
      write(async ({ transaction }) => {
        const inserted = await transaction.run(INSERT, valuesOf(endpoint));
        if (inserted.length === 0) {
          const message = `Cannot create the endpoint: there is one named "${endpoint.name}" already`;
          throw new ConflictError("endpoint_exists", message);
        }
        await keepReceipt(transaction, receipt);
        return { result: undefined, nowMs: endpoint.createdAtMs };
      }),
    update: (change: EndpointChange): Promise<Endpoint | StaleRevision | null> =>
      write(async ({ transaction, ledger }) => {
        const { tenantId, name, nowMs } = change;
        const [row] = await transaction.run(LOCK, [tenantId, name]);
        const before = row ? toEndpoint(row) : null;
        const after = changedEndpoint(before, change);
        if (before === null || after === null || "kind" in after) return { result: after, nowMs };
        const { url, secrets, state, offReason, revision, updatedAtMs } = after;
        const values = [url, JSON.stringify(secrets), state, offReason, revision, updatedAtMs];
        await transaction.run(UPDATE, [tenantId, name, ...values]);
        if (state === "off" && before.state === "on") ledger.note(endpointOff(after));
        return { result: after, nowMs };
      }),
    remove: ({ tenantId, name, ifRevision }: EndpointRemoval): Promise<boolean | StaleRevision> =>
      write(async ({ transaction }) => {
        const [row] = await transaction.run(LOCK, [tenantId, name]);
        const stale = row ? staleRevision(integer(row, "revision"), ifRevision) : null;
        if (row && !stale) await transaction.run(REMOVE, [tenantId, name]);
        return { result: stale ?? row !== undefined, nowMs: 0 };
      }),
  };
}

function valuesOf(endpoint: Endpoint): unknown[] {
  const { tenantId, name, id, url, secrets, state, offReason, revision, createdAtMs, updatedAtMs } = endpoint;
  const times = [whole(createdAtMs), whole(updatedAtMs)];
  return [tenantId, name, id, url, JSON.stringify(secrets), state, offReason, revision, ...times];
}

function toEndpoint(row: Row): Endpoint {
  return {
    tenantId: text(row, "tenant_id"),
    name: text(row, "name"),
    id: text(row, "id"),
    url: text(row, "url"),
    secrets: json<string[]>(row, "secrets"),
    state: text(row, "state") as EndpointState,
    offReason: textOrNull(row, "off_reason"),
    revision: integer(row, "revision"),
    createdAtMs: integer(row, "created_at"),
    updatedAtMs: integer(row, "updated_at"),
  };
}
