import type { Attempt, Delivery, DeliveryState } from "../../domain/delivery.ts";
import { settledAs } from "../settled-as.ts";
import type { Recorded } from "../settlement-sums.ts";
import type { Settled, Settlement } from "../store.ts";
import type { Queryable, Row } from "./database.ts";
import { follow } from "./follow.ts";
import { type DeliveryExit, retireDeliveries, retireReminders } from "./history.ts";
import { isKept, retriedAs } from "./kept.ts";
import type { TransactionLedger } from "./ledger.ts";
import { integer, storyWith, text, textOrNull, whole } from "./rows.ts";
import { rememberSent } from "./spent.ts";
import { statement } from "./statement.ts";
import { hasYearKey } from "./stored-occurrence.ts";
import { plain, texts } from "./values.ts";
import type { Write, Writing } from "./writing.ts";

/**
 * What is to be known of open deliveries to end them, with their reminders, whose rows are held from then
 * on in the order of their ids. What lasts is remembered when it is settled: a yearly rule's, whose key is
 * the year, or one whose reminder was changed while a worker held it, which no later change can find out.
 *
 * Compared in another collation ("ucs_basic" sorts as "C" does), the tenant leads to no reminder: the planner
 * could read all of a tenant's, whose ids come second in their index.
 */
const openWhere = (condition: string) =>
  `SELECT d.tenant_id, d.id, d.reminder_id, d.due_at, d.redriven_at, d.epoch, d.epoch = r.epoch AS is_current,
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
  `UPDATE deliveries d SET ${retriedAs("x.send_at")}, attempts = attempts + 1,
     reason = x.reason, story = ${storyWith("d.story", "x.attempt")}
   FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::boolean[]) AS x (tenant_id, id, send_at, reason, attempt, is_kept)
   WHERE d.tenant_id = x.tenant_id AND d.id = x.id`,
);

/** Held back, and not tried. */
const DEFER = statement(
  "defer_deliveries",
  `UPDATE deliveries d SET state = CASE WHEN attempts > 0 THEN 'retrying' ELSE 'scheduled' END, send_at = x.send_at, claim_at = x.send_at,
     worker = NULL, reason = x.reason, note = coalesce(x.note, d.note)
   FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[]) AS x (tenant_id, id, send_at, reason, note)
   WHERE d.tenant_id = x.tenant_id AND d.id = x.id RETURNING d.tenant_id, d.id, d.state`,
);

/** What a batch makes of the deliveries that are still held. */
interface Sorted {
  recorded: Recorded[];
  retries: Extract<Settlement, { state: "retrying" }>[];
  deferrals: Extract<Settlement, { state: "scheduled" }>[];
  /** What follows those that end. */
  followers: Delivery[];
  exits: DeliveryExit[];
  /** Occurrences that are remembered, with their tenants. */
  lasting: { tenantId: string; occurrenceId: string; sentAtMs: number }[];
}

/** Settles what has to be looked at first; resolves with the ids of those that are refused. */
export async function settleHeld(
  { transaction, ledger }: Writing,
  batch: readonly Settlement[],
  nowMs: number,
): Promise<Settled> {
  const rows = await transaction.run(HELD, openArrays(batch));
  const found = new Map(rows.map((row) => [`${row.tenant_id} ${row.id}`, row]));
  const rowOf = ({ tenantId, deliveryId }: Settlement) => found.get(`${tenantId} ${deliveryId}`);
  const sorted = sort(batch, rowOf);
  const waiting: Waiting = {
    transaction,
    ledger,
    reminderOf: (one) => text(rowOf(one) as Row, "reminder_id"),
  };
  await retry(waiting, sorted.retries);
  await defer(waiting, sorted.deferrals);
  // Before their end, since that may be their reminders' too.
  await follow(transaction, sorted.followers, { ledger, nowMs });
  await end(transaction, sorted, { ledger, nowMs });
  ledger.settled(sorted.recorded);
  return {
    refused: batch.filter((settlement) => !rowOf(settlement)).map(({ deliveryId }) => deliveryId),
    kept: sorted.retries.filter(isKept).map(({ deliveryId }) => deliveryId),
  };
}

/** Two outcomes of one delivery in a batch: the first one counts. */
function sort(batch: readonly Settlement[], rowOf: (settlement: Settlement) => Row | undefined): Sorted {
  const sorted: Sorted = { recorded: [], retries: [], deferrals: [], followers: [], exits: [], lasting: [] };
  const seen = new Set<Row>();
  for (const settlement of batch) {
    const row = rowOf(settlement);
    if (!row || seen.has(row)) continue;
    seen.add(row);
    sorted.recorded.push(recordOf(row, settlement));
    const isCurrent = row.is_current === true;
    if (isCurrent && settlement.state === "retrying") sorted.retries.push(keptAsClaimed(settlement, row));
    else if (isCurrent && settlement.state === "scheduled") sorted.deferrals.push(settlement);
    else addExit(sorted, row, { from: "leased", settlement, ...settledAs(settlement, heldOf(row)) });
    if (isCurrent) sorted.followers.push(...followersOf(settlement, row));
  }
  return sorted;
}

/** What was changed since it was claimed is claimed anew, as it is then. */
function keptAsClaimed<Retry extends Settlement>(settlement: Retry, row: Row): Retry {
  return settlement.claimed?.epoch === integer(row, "epoch") ? settlement : { ...settlement, keep: false };
}

/** They are of the epoch that the delivery has by now: a change may have taken it along while a worker held it. */
function followersOf({ follow = [] }: Settlement, row: Row): Delivery[] {
  const epoch = integer(row, "epoch");
  return follow.map((delivery) => ({ ...delivery, epoch }));
}

function heldOf(row: Row): Parameters<typeof settledAs>[1] {
  return { reminderState: row.r_state, epoch: integer(row, "epoch") };
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

/** How what waits again is told. */
interface Waiting {
  transaction: Queryable;
  ledger: TransactionLedger;
  reminderOf: (settlement: Settlement) => string;
}

async function retry(
  { transaction, ledger, reminderOf }: Waiting,
  retries: Sorted["retries"],
): Promise<void> {
  type Retry = Sorted["retries"][number];
  if (retries.length === 0) return;
  await transaction.run(RETRY, [
    ...waitingArrays(retries),
    texts<Retry>(({ attempt }) => (attempt ? JSON.stringify(attempt) : null)).array(retries),
    plain<Retry>(isKept).array(retries),
  ]);
  for (const settlement of retries) {
    const { tenantId, deliveryId, reason, nowMs: atMs } = settlement;
    if (!isKept(settlement)) ledger.moved({ tenantId, kind: "delivery", from: "leased", to: "retrying" });
    const event = { type: "delivery.retrying", reminderId: reminderOf(settlement) } as const;
    ledger.note({ tenantId, deliveryId, atMs, reason, ...event });
  }
}

async function defer(
  { transaction, ledger, reminderOf }: Waiting,
  deferrals: Sorted["deferrals"],
): Promise<void> {
  if (deferrals.length === 0) return;
  const notes = texts<Sorted["deferrals"][number]>(({ note }) => note ?? null).array(deferrals);
  const rows = await transaction.run(DEFER, [...waitingArrays(deferrals), notes]);
  const states = new Map(rows.map((row) => [`${row.tenant_id} ${row.id}`, text(row, "state")]));
  for (const settlement of deferrals) {
    const { tenantId, deliveryId, reason, nowMs: atMs } = settlement;
    const to = states.get(`${tenantId} ${deliveryId}`) as DeliveryState;
    ledger.moved({ tenantId, kind: "delivery", from: "leased", to });
    const event = { type: "delivery.deferred", reminderId: reminderOf(settlement) } as const;
    ledger.note({ tenantId, deliveryId, atMs, reason, ...event });
  }
}

function waitingArrays(
  waiting: readonly { tenantId: string; deliveryId: string; sendAtMs: number; reason: string | null }[],
): string[] {
  type Waits = (typeof waiting)[number];
  return [
    texts<Waits>(({ tenantId }) => tenantId).array(waiting),
    texts<Waits>(({ deliveryId }) => deliveryId).array(waiting),
    plain<Waits>(({ sendAtMs }) => whole(sendAtMs)).array(waiting),
    texts<Waits>(({ reason }) => reason).array(waiting),
  ];
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
      const sorted: Sorted = {
        recorded: [],
        retries: [],
        deferrals: [],
        followers: [],
        exits: [],
        lasting: [],
      };
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
