import type { DeliveryState } from "../../domain/delivery.ts";
import type { Partition } from "../../domain/partition.ts";
import type { Lease } from "../store.ts";
import { isThere } from "./attending.ts";
import type { Database, Queryable, Row } from "./database.ts";
import type { TransactionLedger } from "./ledger.ts";
import { integerOrNull, text, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { plain, textArray, texts } from "./values.ts";
import type { Write } from "./writing.ts";

const NEXT = statement(
  "next_claim_at",
  `SELECT claim_at FROM deliveries
   WHERE claim_at IS NOT NULL AND ($1::integer IS NULL OR shard % $2::integer = $1 - 1) ORDER BY claim_at LIMIT 1`,
);
const LEASES =
  "unnest($1::text[], $2::text[], $3::integer[], $4::text[]) AS x (tenant_id, id, fence, worker)";
const IS_HELD = `d.tenant_id = x.tenant_id AND d.id = x.id AND d.fence = x.fence AND d.state = 'leased'
  AND (x.worker IS NULL OR d.worker = x.worker)`;
const WAITS_AGAIN = `state = CASE WHEN attempts > 0 THEN 'retrying' ELSE 'scheduled' END, worker = NULL, claim_at = send_at`;
const RETURNED = "d.tenant_id, d.state";

/** Rows are held in the order in which settlements hold them, so that no two wait for each other. */
const IN_ORDER = "ORDER BY d.tenant_id, d.reminder_id, d.id FOR UPDATE OF d";
const HELD = `WITH held AS MATERIALIZED (
  SELECT d.tenant_id, d.id FROM ${LEASES} JOIN deliveries d ON ${IS_HELD} ${IN_ORDER})`;
const THESE = "d.tenant_id = held.tenant_id AND d.id = held.id";

const RENEW = statement(
  "renew_leases",
  `${HELD} UPDATE deliveries d SET claim_at = $5 FROM held WHERE ${THESE} RETURNING d.id`,
);
const RELEASE = statement(
  "release_leases",
  `${HELD} UPDATE deliveries d SET ${WAITS_AGAIN} FROM held WHERE ${THESE} RETURNING ${RETURNED}`,
);
/**
 * Holds the rows of those who are gone until their leases have ended: one of them that tells meanwhile that it
 * is there waits, and finds out afterwards what it has lost.
 */
const MARK_GONE = statement(
  "mark_gone",
  `UPDATE workers w SET left_at = seen_at WHERE left_at IS NULL AND (id = ANY($3::text[]) OR NOT (${isThere("$1", "$2")}))`,
);
/** Leases end within their length from now: so few rows of the claim's index are looked at. */
const heldByGone = (condition: string) => `WITH x AS MATERIALIZED (
    SELECT d.tenant_id, d.id, d.fence, d.worker FROM deliveries d
    WHERE d.state = 'leased' AND d.claim_at > $1 AND d.claim_at <= $2 AND ${condition}
      AND d.worker NOT IN (SELECT id FROM workers WHERE left_at IS NULL)),
  held AS MATERIALIZED (SELECT d.tenant_id, d.id FROM x JOIN deliveries d ON ${IS_HELD} ${IN_ORDER})`;
/** What was taken ahead of an instant that has not come cannot have been sent: it only waits again. */
const GIVE_BACK = statement(
  "give_back_leases",
  `${heldByGone("d.send_at > $1")} UPDATE deliveries d SET ${WAITS_AGAIN} FROM held WHERE ${THESE} RETURNING ${RETURNED}`,
);
const END = statement(
  "end_leases",
  `${heldByGone("d.send_at <= $1")} UPDATE deliveries d SET claim_at = $1 FROM held WHERE ${THESE} RETURNING d.id`,
);
/** A lease that ends later than one can was taken before the clock was set back: nobody knows. */
const END_BEYOND = statement(
  "end_leases_beyond",
  "UPDATE deliveries d SET claim_at = $1 WHERE d.state = 'leased' AND d.claim_at > $2 RETURNING d.id",
);

/** The earliest instant at which something of a share can be claimed that is not parked; null if nothing waits. */
export async function nextClaimAt(database: Queryable, partition?: Partition): Promise<number | null> {
  const [row] = await database.run(NEXT, [partition?.index ?? null, partition?.of ?? null]);
  return row ? integerOrNull(row, "claim_at") : null;
}

/** Others' clocks may be ahead of this one by so much, and have leased something since it was read. */
const AHEAD_MS = 60_000;

interface Recovery {
  nowMs: number;
  leaseMs: number;
  gone: Gone;
}

/** Who is gone. */
export interface Gone {
  /** The class of the locks of those who are there. */
  lockClass: number;
  /** Who holds no lock and was last seen before this instant is gone. */
  goneBeforeMs: number;
  /** Who is known to have ended. */
  endedIds?: readonly string[];
}

/** Renewing leases, giving them back, and ending those of the gone. */
export function createLeaseWrites(database: Database, write: Write) {
  return {
    renew: async (leases: readonly Lease[], untilMs: number): Promise<string[]> => {
      const rows = await database.write(RENEW, [...leaseArrays(leases), whole(untilMs)]);
      const held = new Set(rows.map((row) => text(row, "id")));
      return leases.filter(({ deliveryId }) => !held.has(deliveryId)).map(({ deliveryId }) => deliveryId);
    },
    release: (leases: readonly Lease[]): Promise<void> =>
      write(async ({ transaction, ledger }) => {
        countBack(await transaction.run(RELEASE, leaseArrays(leases)), ledger);
        // It tells of no instant.
        return { result: undefined, nowMs: 0 };
      }),
    recover: ({ nowMs, leaseMs, gone }: Recovery): Promise<number> =>
      write(async ({ transaction, ledger }) => {
        const [now, end] = [whole(nowMs), whole(nowMs + leaseMs + AHEAD_MS)];
        const { lockClass, goneBeforeMs, endedIds = [] } = gone;
        await transaction.run(MARK_GONE, [lockClass, whole(goneBeforeMs), textArray(endedIds)]);
        const given = await transaction.run(GIVE_BACK, [now, end]);
        countBack(given, ledger);
        const ended = await transaction.run(END, [now, end]);
        const beyond = await transaction.run(END_BEYOND, [now, end]);
        return { result: given.length + ended.length + beyond.length, nowMs };
      }),
  };
}

/** What was leased waits again. */
function countBack(rows: readonly Row[], ledger: TransactionLedger): void {
  for (const row of rows) {
    const to = text(row, "state") as DeliveryState;
    ledger.moved({ tenantId: text(row, "tenant_id"), kind: "delivery", from: "leased", to });
  }
}

function leaseArrays(leases: readonly Lease[]): string[] {
  return [
    texts<Lease>(({ tenantId }) => tenantId).array(leases),
    texts<Lease>(({ deliveryId }) => deliveryId).array(leases),
    plain<Lease>(({ fence }) => fence).array(leases),
    texts<Lease>(({ worker }) => worker ?? null).array(leases),
  ];
}
