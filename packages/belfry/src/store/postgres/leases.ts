import type { DeliveryState } from "../../domain/delivery.ts";
import type { Lease } from "../store.ts";
import type { Database, Queryable, Row } from "./database.ts";
import type { TransactionLedger } from "./ledger.ts";
import { integerOrNull, text, whole } from "./rows.ts";
import { statement } from "./statement.ts";
import { plain, textArray, texts } from "./values.ts";
import type { Write } from "./writing.ts";

const NEXT = statement(
  "next_claim_at",
  "SELECT claim_at FROM deliveries WHERE claim_at IS NOT NULL ORDER BY claim_at LIMIT 1",
);
const LEASES = "unnest($1::text[], $2::text[], $3::integer[]) AS x (tenant_id, id, fence)";
const IS_HELD = "d.tenant_id = x.tenant_id AND d.id = x.id AND d.fence = x.fence AND d.state = 'leased'";
const WAITS_AGAIN = `state = CASE WHEN attempts > 0 THEN 'retrying' ELSE 'scheduled' END, worker = NULL, claim_at = send_at`;
const RETURNED = "d.tenant_id, d.state";

const RENEW = statement(
  "renew_leases",
  `UPDATE deliveries d SET claim_at = $4 FROM ${LEASES} WHERE ${IS_HELD} RETURNING d.id`,
);
const RELEASE = statement(
  "release_leases",
  `UPDATE deliveries d SET ${WAITS_AGAIN} FROM ${LEASES} WHERE ${IS_HELD} RETURNING ${RETURNED}`,
);
/** Leases end within their length from now: so few rows of the claim's index are looked at. */
const HELD_BY_GONE =
  "d.state = 'leased' AND d.claim_at > $1 AND d.claim_at <= $2 AND NOT (d.worker = ANY($3::text[]))";
/** What was taken ahead of an instant that has not come cannot have been sent: it only waits again. */
const GIVE_BACK = statement(
  "give_back_leases",
  `UPDATE deliveries d SET ${WAITS_AGAIN} WHERE ${HELD_BY_GONE} AND d.send_at > $1 RETURNING ${RETURNED}`,
);
const END = statement(
  "end_leases",
  `UPDATE deliveries d SET claim_at = $1 WHERE ${HELD_BY_GONE} RETURNING d.id`,
);
/** A lease that ends later than one can was taken before the clock was set back: nobody knows. */
const END_BEYOND = statement(
  "end_leases_beyond",
  "UPDATE deliveries d SET claim_at = $1 WHERE d.state = 'leased' AND d.claim_at > $2 RETURNING d.id",
);

/** The earliest instant at which something can be claimed that is not parked; null if nothing waits. */
export async function nextClaimAt(database: Queryable): Promise<number | null> {
  const [row] = await database.run(NEXT);
  return row ? integerOrNull(row, "claim_at") : null;
}

interface Recovery {
  nowMs: number;
  leaseMs: number;
  /** Workers whose leases hold on. */
  present: readonly string[];
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
    /** @param present workers whose leases hold on */
    recover: ({ nowMs, leaseMs, present }: Recovery): Promise<number> =>
      write(async ({ transaction, ledger }) => {
        const [now, end] = [whole(nowMs), whole(nowMs + leaseMs)];
        const given = await transaction.run(GIVE_BACK, [now, end, textArray(present)]);
        countBack(given, ledger);
        const ended = await transaction.run(END, [now, end, textArray(present)]);
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
  ];
}
