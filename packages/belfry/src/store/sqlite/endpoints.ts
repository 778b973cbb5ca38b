import type { DatabaseSync } from "node:sqlite";
import { ConflictError } from "../../domain/errors.ts";
import type { Endpoint, EndpointState } from "../../domain/target.ts";
import type { Receipt } from "../access.ts";
import { decodeCursor } from "../cursor.ts";
import { changedEndpoint, endpointOff } from "../endpoint-change.ts";
import type { Ledger } from "../move-sums.ts";
import { pageOf } from "../page.ts";
import { staleRevision } from "../stale.ts";
import type { EndpointChange, EndpointRemoval, Page, PageRequest, StaleRevision } from "../store.ts";
import { integer, json, type Row, text, textOrNull } from "./rows.ts";

const COLUMNS = "tenant_id, name, id, url, secrets, state, off_reason, revision, created_at, updated_at";

/** Named webhook destinations. */
export function createEndpoints(
  db: DatabaseSync,
  { ledger, keepReceipt }: { ledger: Ledger; keepReceipt: (receipt: Receipt) => void },
) {
  const insert = db.prepare(`INSERT INTO endpoints (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const find = db.prepare(`SELECT ${COLUMNS} FROM endpoints WHERE tenant_id = ? AND name = ?`);
  const list = db.prepare(
    `SELECT ${COLUMNS} FROM endpoints WHERE tenant_id = ? AND name > ? ORDER BY name LIMIT ?`,
  );
  const remove = db.prepare("DELETE FROM endpoints WHERE tenant_id = ? AND name = ?");

  const findOne = (tenantId: string, name: string): Endpoint | null => {
    const row = find.get(tenantId, name) as Row | undefined;
    return row ? toEndpoint(row) : null;
  };

  return {
    create: (endpoint: Endpoint, receipt: Receipt | undefined): void => {
      const { tenantId, name, id, url, secrets, state, offReason, revision } = endpoint;
      if (findOne(tenantId, name)) {
        throw new ConflictError(
          "endpoint_exists",
          `Cannot create the endpoint: there is one named "${name}" already`,
        );
      }
      if (receipt) keepReceipt(receipt);
      insert.run(
        tenantId,
        name,
        id,
        url,
        JSON.stringify(secrets),
        state,
        offReason,
        revision,
        endpoint.createdAtMs,
        endpoint.updatedAtMs,
      );
    },
    find: findOne,
    list: ({ tenantId, after, limit }: PageRequest): Page<Endpoint> => {
      const [from = ""] = after === undefined ? [] : decodeCursor("endpoints", after, ["string"]);
      const rows = list.all(tenantId, from, limit + 1) as Row[];
      return pageOf(rows, { list: "endpoints", limit, toItem: toEndpoint, placeOf: ({ name }) => [name] });
    },
    update: createUpdate(db, { find: findOne, ledger }),
    remove: ({ tenantId, name, ifRevision }: EndpointRemoval): boolean | StaleRevision => {
      const before = findOne(tenantId, name);
      const stale = before && staleRevision(before.revision, ifRevision);
      return stale ?? remove.run(tenantId, name).changes > 0;
    },
  };
}

interface UpdateParts {
  find: (tenantId: string, name: string) => Endpoint | null;
  ledger: Ledger;
}

function createUpdate(db: DatabaseSync, { find, ledger }: UpdateParts) {
  const update = db.prepare(
    `UPDATE endpoints SET url = ?, secrets = ?, state = ?, off_reason = ?, revision = ?, updated_at = ?
     WHERE tenant_id = ? AND name = ?`,
  );
  return (change: EndpointChange): Endpoint | StaleRevision | null => {
    const { tenantId, name } = change;
    const before = find(tenantId, name);
    const after = changedEndpoint(before, change);
    if (before === null || after === null || "kind" in after) return after;
    const { url, secrets, state, offReason, revision } = after;
    update.run(url, JSON.stringify(secrets), state, offReason, revision, after.updatedAtMs, tenantId, name);
    if (state === "off" && before.state === "on") ledger.note(endpointOff(after));
    return after;
  };
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
