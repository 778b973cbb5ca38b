import type { DatabaseSync } from "node:sqlite";
import type { DeliveryState } from "../../domain/delivery.ts";
import type { Lease } from "../store.ts";
import type { Ledger } from "./ledger.ts";
import { type Row, text } from "./rows.ts";

/** Renewing leases, giving them back, and ending those of the dead. */
export function createLeaseCare(db: DatabaseSync, ledger: Ledger) {
  const renew = db.prepare(
    `UPDATE deliveries SET claim_at = ?1 WHERE tenant_id = ?2 AND id = ?3 AND fence = ?4 AND state = 'leased'
     AND (?5 IS NULL OR worker = ?5)`,
  );
  const release = db.prepare(
    `UPDATE deliveries SET state = CASE WHEN attempts > 0 THEN 'retrying' ELSE 'scheduled' END, worker = NULL, claim_at = send_at
     WHERE tenant_id = ?1 AND id = ?2 AND fence = ?3 AND state = 'leased' AND (?4 IS NULL OR worker = ?4) RETURNING tenant_id, state`,
  );
  // What was taken ahead of an instant that has not come cannot have been sent: it only waits again.
  const giveBack = db.prepare(
    `UPDATE deliveries SET state = CASE WHEN attempts > 0 THEN 'retrying' ELSE 'scheduled' END, worker = NULL, claim_at = send_at
     WHERE state = 'leased' AND send_at > ? AND claim_at <= ? RETURNING tenant_id, state`,
  );
  const endLease = db.prepare("UPDATE deliveries SET claim_at = ? WHERE state = 'leased' AND claim_at > ?");
  /** What was leased waits again. */
  const countBack = (rows: readonly Row[]): number => {
    for (const row of rows) {
      const to = text(row, "state") as DeliveryState;
      ledger.moved({ tenantId: text(row, "tenant_id"), kind: "delivery", from: "leased", to });
    }
    return rows.length;
  };
  return {
    renew: (leases: readonly Lease[], untilMs: number): string[] => {
      const isHeld = ({ tenantId, deliveryId, fence, worker }: Lease): boolean =>
        renew.run(untilMs, tenantId, deliveryId, fence, worker ?? null).changes > 0;
      const held = new Set(leases.filter(isHeld).map(({ deliveryId }) => deliveryId));
      return leases.filter(({ deliveryId }) => !held.has(deliveryId)).map(({ deliveryId }) => deliveryId);
    },
    release: (leases: readonly Lease[]): void => {
      for (const { tenantId, deliveryId, fence, worker } of leases)
        countBack(release.all(tenantId, deliveryId, fence, worker ?? null) as Row[]);
    },
    recover: (nowMs: number, leaseMs: number): number =>
      countBack(giveBack.all(nowMs, nowMs + leaseMs) as Row[]) + Number(endLease.run(nowMs, nowMs).changes),
  };
}
