import type { DatabaseSync } from "node:sqlite";
import { ConflictError } from "../../domain/errors.ts";
import type { Endpoint, EndpointState } from "../../domain/target.ts";
import type { Receipt } from "../access.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { EndpointChange, Page, PageRequest } from "../store.ts";
import { integer, json, type Row, text, textOrNull } from "./rows.ts";

const COLUMNS = "tenant_id, name, id, url, secrets, state, off_reason, created_at, updated_at";

/** Named webhook destinations. */
export function createEndpoints(db: DatabaseSync, keepReceipt: (receipt: Receipt) => void) {
  const insert = db.prepare(`INSERT INTO endpoints (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
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
      const { tenantId, name, id, url, secrets, state, offReason, createdAtMs, updatedAtMs } = endpoint;
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
        createdAtMs,
        updatedAtMs,
      );
    },
    find: findOne,
    list: ({ tenantId, after, limit }: PageRequest): Page<Endpoint> => {
      const [from = ""] = after === undefined ? [] : decodeCursor(after, ["string"]);
      const rows = list.all(tenantId, from, limit + 1) as Row[];
      const items = rows.slice(0, limit).map(toEndpoint);
      const last = items.at(-1);
      return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.name]) : undefined };
    },
    update: createUpdate(db, findOne),
    remove: (tenantId: string, name: string): boolean => remove.run(tenantId, name).changes > 0,
  };
}

function createUpdate(db: DatabaseSync, find: (tenantId: string, name: string) => Endpoint | null) {
  const update = db.prepare(
    "UPDATE endpoints SET url = ?, secrets = ?, state = ?, off_reason = ?, updated_at = ? WHERE tenant_id = ? AND name = ?",
  );
  return (change: EndpointChange): Endpoint | null => {
    const { tenantId, name, nowMs } = change;
    const before = find(tenantId, name);
    if (!before) return null;
    const after = { ...before, ...definedParts(change), updatedAtMs: nowMs };
    update.run(after.url, JSON.stringify(after.secrets), after.state, after.offReason, nowMs, tenantId, name);
    return after;
  };
}

function definedParts({ url, secrets, state, offReason }: EndpointChange): Partial<Endpoint> {
  return {
    ...(url === undefined ? {} : { url }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(state === undefined ? {} : { state }),
    ...(offReason === undefined ? {} : { offReason }),
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
    createdAtMs: integer(row, "created_at"),
    updatedAtMs: integer(row, "updated_at"),
  };
}
