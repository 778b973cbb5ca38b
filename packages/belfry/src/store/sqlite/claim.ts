import type { DatabaseSync } from "node:sqlite";
import type { Partition } from "../../domain/partition.ts";
import type { Claim, Claimed, ClaimRequest } from "../store.ts";
import type { History } from "./history.ts";
import { createLease, type Leased } from "./lease.ts";
import { createLeaseCare } from "./lease-care.ts";
import type { Ledger } from "./ledger.ts";
import { definePartitions, inPartition } from "./partitions.ts";
import { integer, REMINDER_COLUMNS, type Row, text } from "./rows.ts";

/** Rows over their lane's limit that one claim may set aside; bounds the time that a claim takes. */
const PARK_LIMIT = 2_000;

/** Adds whom they are for. */
export type ClaimedFor = (leased: readonly Leased[]) => Claim[];

/** What one claim has gathered so far. */
interface Harvest {
  claims: Leased[];
  held: Map<string, number>;
  parkedLanes: Set<string>;
}

function takeInto({ claims, held }: Harvest, claim: Leased | null): void {
  if (claim === null) return;
  const { lane } = claim.delivery;
  claims.push(claim);
  held.set(lane, (held.get(lane) ?? 0) + 1);
}

/** Leasing: who may send what, and until when. */
export function createLeasing(
  db: DatabaseSync,
  { history, ledger, claimedFor }: { history: History; ledger: Ledger; claimedFor: ClaimedFor },
) {
  const sources = prepareSources(db);
  const park = db.prepare("UPDATE deliveries SET claim_at = NULL WHERE tenant_id = ? AND id = ?");
  const lease = createLease(db, history, ledger);

  /** At most half of a claim, so that lanes which are always full leave room for the others. */
  const claimParked = (request: ClaimRequest, harvest: Harvest): void => {
    const budget = Math.ceil(request.limit / 2);
    for (const { lane } of sources.parkedLanes.all() as { lane: string | null }[]) {
      if (lane === null) continue;
      const free = request.laneLimit - (harvest.held.get(lane) ?? 0);
      const room = Math.max(0, Math.min(budget - harvest.claims.length, free));
      const rows = sources.parked(lane, room, request);
      for (const row of rows) takeInto(harvest, lease(row, request));
      if (rows.length === room) harvest.parkedLanes.add(lane);
    }
  };

  /** Takes or parks one page; true if there may be more behind it. */
  const claimPage = (request: ClaimRequest, harvest: Harvest): boolean => {
    const page = request.limit - harvest.claims.length;
    const rows = sources.due(page, request);
    for (const row of rows) {
      const lane = text(row, "lane");
      const isFull = (harvest.held.get(lane) ?? 0) >= request.laneLimit;
      if (!isFull || text(row, "state") === "leased") {
        takeInto(harvest, lease(row, request));
        continue;
      }
      park.run(text(row, "tenant_id"), text(row, "id"));
      harvest.parkedLanes.add(lane);
    }
    return rows.length === page;
  };

  return {
    claim: (request: ClaimRequest): Claimed => {
      const harvest: Harvest = { claims: [], held: new Map(request.held), parkedLanes: new Set() };
      claimParked(request, harvest);
      let read = 0;
      let isMore = true;
      while (isMore && harvest.claims.length < request.limit && read < PARK_LIMIT) {
        read += request.limit - harvest.claims.length;
        isMore = claimPage(request, harvest);
      }
      return { claims: claimedFor(harvest.claims), parkedLanes: [...harvest.parkedLanes], isMore };
    },
    nextClaimAt: (partition?: Partition): number | null => {
      const [row] = sources.next(partition, []);
      return row ? integer(row, "claim_at") : null;
    },
    ...createLeaseCare(db, ledger),
  };
}

function prepareSources(db: DatabaseSync) {
  const columns = REMINDER_COLUMNS.split(", ")
    .map((column) => `r.${column} AS r_${column}`)
    .join(", ");
  const join = `SELECT d.*, ${columns} FROM deliveries d JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id`;
  definePartitions(db);
  const mine = inPartition("r", "?4", "?5");
  const next = `${join} WHERE d.claim_at IS NOT NULL`;
  const due = `${join} WHERE d.claim_at <= ?1 AND (d.state <> 'leased' OR d.claim_at <= ?2)`;
  const parked = `${join} WHERE d.claim_at IS NULL AND d.lane = ?2 AND d.send_at <= ?1`;
  const dueOf = prepareBoth(db, (filter) => `${due}${filter} ORDER BY d.claim_at LIMIT ?3`, mine);
  const parkedOf = prepareBoth(db, (filter) => `${parked}${filter} ORDER BY d.send_at LIMIT ?3`, mine);
  return {
    next: prepareBoth(
      db,
      (filter) => `${next}${filter} ORDER BY d.claim_at LIMIT 1`,
      inPartition("r", "?1", "?2"),
    ),
    due: (limit: number, { horizonMs, nowMs, partition }: ClaimRequest) =>
      dueOf(partition, [horizonMs, nowMs, limit]),
    parked: (lane: string, limit: number, { horizonMs, partition }: ClaimRequest) =>
      parkedOf(partition, [horizonMs, lane, limit]),
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

/** A statement for all, and one for a share of the work. */
function prepareBoth(db: DatabaseSync, sql: (filter: string) => string, mine: string) {
  const all = db.prepare(sql(""));
  const some = db.prepare(sql(` AND ${mine}`));
  return (partition: Partition | undefined, values: (string | number)[]): Row[] =>
    (partition ? some.all(...values, partition.index, partition.of) : all.all(...values)) as Row[];
}
