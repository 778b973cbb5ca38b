import type { DatabaseSync } from "node:sqlite";
import type { Attempt } from "../../domain/delivery.ts";
import type { Claim, Claimed, ClaimRequest, Lease } from "../store.ts";
import { integer, REMINDER_COLUMNS, type Row, text, textOrNull, toDelivery, toReminder } from "./rows.ts";

/** Rows over their lane's limit that one claim may set aside; bounds the time that a claim takes. */
const PARK_LIMIT = 2_000;

/** What one claim has gathered so far. */
interface Harvest {
  claims: Claim[];
  held: Map<string, number>;
  parkedLanes: Set<string>;
}

/** Leasing: who may send what, and until when. */
export function createLeasing(db: DatabaseSync) {
  const sources = prepareSources(db);
  const park = db.prepare("UPDATE deliveries SET claim_at = NULL WHERE tenant_id = ? AND id = ?");
  const take = createTake(db);

  const claimParked = (request: ClaimRequest, harvest: Harvest): void => {
    for (const { lane } of sources.parkedLanes.all() as { lane: string | null }[]) {
      if (lane === null) continue;
      const count = harvest.held.get(lane) ?? 0;
      const room = Math.max(0, Math.min(request.limit - harvest.claims.length, request.laneLimit - count));
      const rows = sources.parked.all(lane, request.horizonMs, room) as Row[];
      for (const row of rows) harvest.claims.push(take(row, request));
      harvest.held.set(lane, count + rows.length);
      if (rows.length === room) harvest.parkedLanes.add(lane);
    }
  };

  /** Takes or parks one page; true if there may be more behind it. */
  const claimPage = (request: ClaimRequest, harvest: Harvest): boolean => {
    const page = request.limit - harvest.claims.length;
    const rows = sources.due.all(request.horizonMs, request.nowMs, page) as Row[];
    for (const row of rows) {
      const lane = text(row, "lane");
      const count = harvest.held.get(lane) ?? 0;
      if (count >= request.laneLimit && text(row, "state") !== "leased") {
        park.run(text(row, "tenant_id"), text(row, "id"));
        harvest.parkedLanes.add(lane);
        continue;
      }
      harvest.claims.push(take(row, request));
      harvest.held.set(lane, count + 1);
    }
    return rows.length === page;
  };

  return {
    claim: (request: ClaimRequest): Claimed => {
      const harvest: Harvest = { claims: [], held: new Map(request.held), parkedLanes: new Set() };
      claimParked(request, harvest);
      let read = 0;
      while (harvest.claims.length < request.limit && read < PARK_LIMIT) {
        read += request.limit - harvest.claims.length;
        if (!claimPage(request, harvest)) break;
      }
      return { claims: harvest.claims, parkedLanes: [...harvest.parkedLanes] };
    },
    ...createLeaseCare(db),
  };
}

function prepareSources(db: DatabaseSync) {
  const columns = REMINDER_COLUMNS.split(", ")
    .map((column) => `r.${column} AS r_${column}`)
    .join(", ");
  const join = `SELECT d.*, ${columns} FROM deliveries d JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id`;
  return {
    due: db.prepare(
      `${join} WHERE d.claim_at <= ? AND (d.state <> 'leased' OR d.claim_at <= ?) ORDER BY d.claim_at LIMIT ?`,
    ),
    parked: db.prepare(
      `${join} WHERE d.claim_at IS NULL AND d.lane = ? AND d.send_at <= ? ORDER BY d.send_at LIMIT ?`,
    ),
    // A loose scan: one step of the index for each lane, however many rows it has parked.
    parkedLanes: db.prepare(
      `WITH RECURSIVE lanes (lane) AS (
         SELECT min(lane) FROM deliveries WHERE claim_at IS NULL
         UNION ALL
         SELECT (SELECT min(d.lane) FROM deliveries d WHERE d.claim_at IS NULL AND d.lane > lanes.lane)
         FROM lanes WHERE lanes.lane IS NOT NULL)
       SELECT lane FROM lanes`,
    ),
  };
}

function createTake(db: DatabaseSync): (row: Row, request: ClaimRequest) => Claim {
  const lease = db.prepare(
    "UPDATE deliveries SET state = 'leased', worker = ?, fence = ?, claim_at = ? WHERE tenant_id = ? AND id = ?",
  );
  const leaseAgain = db.prepare(
    `UPDATE deliveries SET worker = ?, fence = ?, claim_at = ?, lost_leases = lost_leases + 1,
     story = json_insert(story, '$[#]', json(?)) WHERE tenant_id = ? AND id = ?`,
  );
  return (row, request) => {
    const delivery = toDelivery(row);
    const { tenantId, id } = delivery;
    const fence = integer(row, "fence") + 1;
    const inDoubtOf = delivery.state === "leased" ? (textOrNull(row, "worker") ?? "unknown") : null;
    if (inDoubtOf === null) {
      lease.run(request.worker, fence, request.leaseExpiresAtMs, tenantId, id);
    } else {
      const lost = lostAttempt(delivery.story.length + 1, inDoubtOf, delivery.sendAtMs);
      leaseAgain.run(request.worker, fence, request.leaseExpiresAtMs, JSON.stringify(lost), tenantId, id);
      delivery.story.push(lost);
      delivery.lostLeases += 1;
    }
    delivery.state = "leased";
    return { delivery, fence, reminder: toReminder(reminderPart(row)), inDoubtOf };
  };
}

/** The trace of a worker that ended without a word. */
function lostAttempt(number: number, worker: string, startedAtMs: number): Attempt {
  const error = "the worker ended without a word; it may have sent this";
  return { number, worker, startedAtMs, durationMs: 0, outcome: "in-doubt", error };
}

function reminderPart(row: Row): Row {
  const part: Row = {};
  for (const column of REMINDER_COLUMNS.split(", ")) part[column] = row[`r_${column}`] ?? null;
  return part;
}

function createLeaseCare(db: DatabaseSync) {
  const next = db.prepare("SELECT min(claim_at) AS at FROM deliveries WHERE claim_at IS NOT NULL");
  const renew = db.prepare(
    "UPDATE deliveries SET claim_at = ? WHERE tenant_id = ? AND id = ? AND fence = ? AND state = 'leased'",
  );
  const release = db.prepare(
    `UPDATE deliveries SET state = CASE WHEN attempts > 0 THEN 'retrying' ELSE 'scheduled' END, worker = NULL, claim_at = send_at
     WHERE tenant_id = ? AND id = ? AND fence = ? AND state = 'leased'`,
  );
  // What was taken ahead of an instant that has not come cannot have been sent: it only waits again.
  const giveBack = db.prepare(
    `UPDATE deliveries SET state = CASE WHEN attempts > 0 THEN 'retrying' ELSE 'scheduled' END, worker = NULL, claim_at = send_at
     WHERE state = 'leased' AND send_at > ?`,
  );
  const endLease = db.prepare("UPDATE deliveries SET claim_at = ? WHERE state = 'leased' AND claim_at > ?");
  return {
    nextClaimAt: (): number | null => (next.get() as { at: number | null }).at,
    renew: (leases: readonly Lease[], untilMs: number): string[] =>
      leases
        .filter(
          ({ tenantId, deliveryId, fence }) => renew.run(untilMs, tenantId, deliveryId, fence).changes === 0,
        )
        .map((lease) => lease.deliveryId),
    release: (leases: readonly Lease[]): void => {
      for (const { tenantId, deliveryId, fence } of leases) release.run(tenantId, deliveryId, fence);
    },
    recover: (nowMs: number): number =>
      Number(giveBack.run(nowMs).changes) + Number(endLease.run(nowMs, nowMs).changes),
  };
}
