import type { Attempt } from "../../domain/delivery.ts";
import { settledAs } from "../settled-as.ts";
import type { Recorded } from "../settlement-sums.ts";
import type { Settlement } from "../store.ts";
import type { Queryable, Row } from "./database.ts";
import { type DeliveryExit, retireDeliveries, retireReminders } from "./history.ts";
import { integer, storyWith, text, textOrNull, whole } from "./rows.ts";
import { rememberSent } from "./spent.ts";
import { statement } from "./statement.ts";
import { hasYearKey } from "./stored-occurrence.ts";
import { plain, texts } from "./values.ts";
import type { Write } from "./writing.ts";

/**
 * What is to be known of open deliveries to end them, with their reminders, whose rows are held from then
 * on in the order of their ids. What lasts is remembered when it is settled: a yearly rule's, whose key is
 * the year, or one whose reminder was changed while a worker held it, which no later change can find out.
 *
 * Compared in another collation ("ucs_basic" sorts as "C" does), the tenant leads to no reminder: the planner
 * could read all of a tenant's, whose ids come second in their index.
 */
const openWhere = (condition: string) =>
  `SELECT d.tenant_id, d.id, d.reminder_id, d.due_at, d.redriven_at, d.epoch = r.epoch AS is_current,
     CASE WHEN d.kind = 'rule' AND (d.epoch <> r.epoch OR ${hasYearKey("d.occurrence")}) THEN d.occurrence_id END AS lasting_id,
     r.state AS r_state
   FROM unnest($1::text[], $2::text[], $3::integer[]) AS x (tenant_id, id, fence)
   JOIN deliveries d ON d.tenant_id = x.tenant_id COLLATE "ucs_basic" AND d.id = x.id
   JOIN reminders r ON r.tenant_id = d.tenant_id AND r.id = d.reminder_id
   WHERE ${condition} ORDER BY r.tenant_id, r.id, d.id FOR UPDATE OF r, d`;

const HELD = statement("find_held", openWhere("d.fence = x.fence AND d.state = 'leased'"));
const WAITING = statement("find_waiting", openWhere("d.state = 'scheduled'"));
const RETRY = statement(
  "retry_deliveries",
  `UPDATE deliveries d SET state = 'retrying', send_at = x.send_at, claim_at = x.send_at, worker = NULL, attempts = attempts + 1,
     reason = x.reason, story = ${storyWith("d.story", "x.attempt")}
   FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[]) AS x (tenant_id, id, send_at, reason, attempt)
   WHERE d.tenant_id = x.tenant_id AND d.id = x.id`,
);

/** What a batch makes of the deliveries that are still held. */
interface Sorted {
  recorded: Recorded[];
  retries: Extract<Settlement, { state: "retrying" }>[];
  exits: DeliveryExit[];
  /** Occurrences that are remembered, with their tenants. */
  lasting: { tenantId: string; occurrenceId: string; sentAtMs: number }[];
}

/** Records outcomes where the lease still holds. */
export function createSettle(write: Write) {
  return (batch: readonly Settlement[]): Promise<string[]> =>
    write(async ({ transaction, ledger }) => {
      const nowMs = batch[0]?.nowMs ?? 0;
      const rows = await transaction.run(HELD, openArrays(batch));
      const found = new Map(rows.map((row) => [`${row.tenant_id} ${row.id}`, row]));
      const rowOf = ({ tenantId, deliveryId }: Settlement) => found.get(`${tenantId} ${deliveryId}`);
      const sorted = sort(batch, rowOf);
      await retry(transaction, sorted.retries);
      for (const { tenantId, deliveryId, reason, nowMs: atMs } of sorted.retries) {
        ledger.moved({ tenantId, kind: "delivery", from: "leased", to: "retrying" });
        const reminderId = text(found.get(`${tenantId} ${deliveryId}`) as Row, "reminder_id");
        ledger.note({ tenantId, reminderId, deliveryId, atMs, type: "delivery.retrying", reason });
      }
      await end(transaction, sorted, { ledger, nowMs });
      ledger.settled(sorted.recorded);
      const refused = batch.filter((settlement) => !rowOf(settlement));
      return { result: refused.map(({ deliveryId }) => deliveryId), nowMs };
    });
}

/** Two outcomes of one delivery in a batch: the first one counts. */
function sort(batch: readonly Settlement[], rowOf: (settlement: Settlement) => Row | undefined): Sorted {
  const sorted: Sorted = { recorded: [], retries: [], exits: [], lasting: [] };
  const seen = new Set<Row>();
  for (const settlement of batch) {
    const row = rowOf(settlement);
    if (!row || seen.has(row)) continue;
    seen.add(row);
    sorted.recorded.push(recordOf(row, settlement));
    if (settlement.state === "retrying" && row.is_current === true) sorted.retries.push(settlement);
    else addExit(sorted, row, { from: "leased", settlement, ...settledAs(settlement, row.r_state) });
  }
  return sorted;
}

type Exit = Pick<DeliveryExit, "from" | "state" | "reason" | "failed"> & {
  settlement: { nowMs: number; attempt?: Attempt };
};

function addExit({ exits, lasting }: Sorted, row: Row, { settlement, ...exit }: Exit): void {
  const [tenantId, deliveryId, reminderId] = [
    text(row, "tenant_id"),
    text(row, "id"),
    text(row, "reminder_id"),
  ];
  const { nowMs, attempt } = settlement;
  exits.push({
    tenantId,
    deliveryId,
    reminderId,
    attempt: attempt ? JSON.stringify(attempt) : null,
    nowMs,
    ...exit,
  });
  const occurrenceId = textOrNull(row, "lasting_id");
  if (occurrenceId !== null && exit.state !== "cancelled")
    lasting.push({ tenantId, occurrenceId, sentAtMs: nowMs });
}

async function end(
  transaction: Queryable,
  { exits, lasting }: Sorted,
  { ledger, nowMs }: { ledger: Parameters<typeof retireDeliveries>[2]; nowMs: number },
): Promise<void> {
  await retireDeliveries(transaction, exits, ledger);
  await rememberSent(transaction, lasting);
  await retireReminders(transaction, exits, { ledger, nowMs });
}

async function retry(transaction: Queryable, retries: Sorted["retries"]): Promise<void> {
  type Retry = Sorted["retries"][number];
  if (retries.length === 0) return;
  await transaction.run(RETRY, [
    texts<Retry>(({ tenantId }) => tenantId).array(retries),
    texts<Retry>(({ deliveryId }) => deliveryId).array(retries),
    plain<Retry>(({ sendAtMs }) => whole(sendAtMs)).array(retries),
    texts<Retry>(({ reason }) => reason).array(retries),
    texts<Retry>(({ attempt }) => (attempt ? JSON.stringify(attempt) : null)).array(retries),
  ]);
}

function openArrays(batch: readonly { tenantId: string; deliveryId: string; fence?: number }[]): string[] {
  type Named = (typeof batch)[number];
  return [
    texts<Named>(({ tenantId }) => tenantId).array(batch),
    texts<Named>(({ deliveryId }) => deliveryId).array(batch),
    plain<Named>(({ fence }) => fence ?? null).array(batch),
  ];
}

function recordOf(row: Row, settlement: Recorded["settlement"]): Recorded {
  return { settlement, dueMs: integer(row, "due_at"), wasRedriven: row.redriven_at !== null };
}

interface Expiry {
  tenantId: string;
  deliveryId: string;
  reason: string;
}

/** Settles waiting deliveries as expired. */
export function createExpire(write: Write) {
  return (batch: readonly Expiry[], nowMs: number): Promise<void> =>
    write(async ({ transaction, ledger }) => {
      const reasons = new Map(batch.map((one) => [`${one.tenantId} ${one.deliveryId}`, one.reason]));
      const rows = await transaction.run(WAITING, openArrays(batch));
      const sorted: Sorted = { recorded: [], retries: [], exits: [], lasting: [] };
      for (const row of rows) {
        const reason = reasons.get(`${row.tenant_id} ${row.id}`) ?? null;
        const settlement = { tenantId: text(row, "tenant_id"), nowMs, state: "expired" } as const;
        sorted.recorded.push(recordOf(row, settlement));
        addExit(sorted, row, { from: "scheduled", state: "expired", reason, failed: 0, settlement });
      }
      await end(transaction, sorted, { ledger, nowMs });
      ledger.settled(sorted.recorded);
      return { result: undefined, nowMs };
    });
}
