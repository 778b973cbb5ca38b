import type { Delivery, DeliveryState } from "../../domain/delivery.ts";
import { isRedrivable, redriven } from "../redriven.ts";
import type { RedriveAllRequest, RedriveRequest, RedriveResult } from "../store.ts";
import type { Queryable } from "./database.ts";
import { lockReminders, type ReminderKey } from "./locks.ts";
import { type Notices, tellDue } from "./notices.ts";
import { keepReceipt } from "./receipts.ts";
import { lockPastReminders, reviveReminders } from "./revival.ts";
import {
  columnsWith,
  DELIVERY_COLUMNS,
  DELIVERY_MOVED,
  integer,
  prefixed,
  text,
  toDelivery,
  whole,
} from "./rows.ts";
import { statement } from "./statement.ts";
import { toSpec } from "./stored-spec.ts";
import { plain, textArray, texts } from "./values.ts";
import type { Write, Writing } from "./writing.ts";

const HOT = statement(
  "find_open_among",
  `SELECT id, state FROM deliveries WHERE tenant_id = $1 AND id = ANY($2::text[])`,
);
const SETTLED = statement(
  "lock_settled_among",
  `SELECT ${DELIVERY_COLUMNS}, settled_at FROM deliveries_history WHERE tenant_id = $1 AND id = ANY($2::text[]) ORDER BY id FOR UPDATE`,
);
/** One after the other: the planner could read all of a tenant's to find some. */
const REMINDERS_OF = statement(
  "find_reminders_of",
  `SELECT r.id, r.epoch, r.spec FROM unnest($2::text[]) AS x (id), LATERAL (
     (SELECT id, epoch, spec FROM reminders WHERE tenant_id = $1 AND id = x.id)
     UNION ALL (SELECT id, epoch, spec FROM reminders_history WHERE tenant_id = $1 AND id = x.id) LIMIT 1) AS r`,
);
const MOVE = statement(
  "redrive_deliveries",
  `WITH back AS (
     DELETE FROM deliveries_history h
     USING unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::text[])
       AS x (tenant_id, id, new_epoch, new_lane, new_channel, new_target, new_send_at, new_expires_at, new_recipient)
     WHERE h.tenant_id = x.tenant_id AND h.id = x.id RETURNING ${prefixed(DELIVERY_MOVED, "h")}, x.new_epoch, x.new_lane, x.new_channel, x.new_target, x.new_send_at, x.new_expires_at, x.new_recipient)
   INSERT INTO deliveries (${DELIVERY_MOVED}, claim_at) SELECT ${columnsWith(DELIVERY_MOVED, "back", {
     state: "'scheduled'",
     epoch: "new_epoch",
     lane: "new_lane",
     channel: "new_channel",
     target: "new_target",
     recipient_id: "new_recipient",
     send_at: "new_send_at",
     expires_at: "new_expires_at",
     attempts: "0",
     lost_leases: "0",
     reason: "NULL",
     redriven_at: "new_send_at",
   })}, new_send_at FROM back`,
);

/** Bringing settled deliveries back, and their reminders with them if those have left too. */
export function createRedrive(write: Write, notices: Notices) {
  return {
    redrive: (request: RedriveRequest): Promise<RedriveResult | null> =>
      write(async (writing) => ({
        result: await redriveOne(writing, request, notices),
        nowMs: request.nowMs,
      })),
    redriveAll: (request: RedriveAllRequest): Promise<number> =>
      write(async (writing) => {
        const { tenantId, items, nowMs, receiptOf } = request;
        const found = await findAll(writing.transaction, { tenantId, items, nowMs });
        await keepReceipt(writing.transaction, receiptOf?.(found.retriable.length));
        await move(writing, found.retriable, notices);
        return { result: found.retriable.length, nowMs };
      }),
  };
}

async function redriveOne(
  writing: Writing,
  { tenantId, id, nowMs, destination, receiptOf }: RedriveRequest,
  notices: Notices,
): Promise<RedriveResult | null> {
  const items = [{ id, ...(destination ? { destination } : {}) }];
  const { retriable, refused } = await findAll(writing.transaction, { tenantId, items, nowMs });
  const state = refused.get(id);
  if (state !== undefined) return { kind: "refused", state };
  const [found] = retriable;
  if (!found) return null;
  await keepReceipt(writing.transaction, receiptOf?.(found.delivery));
  await move(writing, retriable, notices);
  return { kind: "redriven", delivery: found.delivery };
}

/** A delivery as it will be, and the state in which it is. */
interface Found {
  delivery: Delivery;
  from: DeliveryState;
}

interface FoundAll {
  retriable: Found[];
  refused: Map<string, DeliveryState>;
}

/** Holds the reminders, then the deliveries: of two that bring one back, the second finds it open. */
async function findAll(
  transaction: Queryable,
  { tenantId, items, nowMs }: Pick<RedriveAllRequest, "tenantId" | "items" | "nowMs">,
): Promise<FoundAll> {
  const ids = textArray(items.map(({ id }) => id));
  const settled = (await transaction.run(SETTLED, [tenantId, ids])).map(toDelivery);
  const open = await transaction.run(HOT, [tenantId, ids]);
  const refused = new Map(open.map((row) => [text(row, "id"), text(row, "state") as DeliveryState]));
  const keys = keysOf(settled);
  await lockPastReminders(transaction, keys);
  await lockReminders(transaction, keys);
  const reminders = await transaction.run(REMINDERS_OF, [
    tenantId,
    textArray(keys.map(({ reminderId }) => reminderId)),
  ]);
  const byId = new Map(reminders.map((row) => [text(row, "id"), row]));
  const destinations = new Map(items.map(({ id, destination }) => [id, destination]));
  const retriable: Found[] = [];
  for (const delivery of settled) {
    const row = byId.get(delivery.reminderId);
    if (!isRedrivable(delivery.state)) refused.set(delivery.id, delivery.state);
    else if (row) {
      const { usefulForMs } = toSpec(text(row, "spec")).policy;
      const destination = destinations.get(delivery.id);
      const anew = redriven(delivery, { nowMs, usefulForMs, epoch: integer(row, "epoch"), destination });
      retriable.push({ delivery: anew, from: delivery.state });
    }
  }
  return { retriable, refused };
}

function keysOf(deliveries: readonly Delivery[]): ReminderKey[] {
  const keys = new Map(deliveries.map(({ tenantId, reminderId }) => [reminderId, { tenantId, reminderId }]));
  return [...keys.values()];
}

async function move(
  { transaction, ledger }: Writing,
  found: readonly Found[],
  notices: Notices,
): Promise<void> {
  const [first] = found;
  if (!first) return;
  const deliveries = found.map(({ delivery }) => delivery);
  await reviveReminders(transaction, keysOf(deliveries));
  await transaction.run(MOVE, [
    texts<Delivery>(({ tenantId }) => tenantId).array(deliveries),
    texts<Delivery>(({ id }) => id).array(deliveries),
    plain<Delivery>(({ epoch }) => epoch).array(deliveries),
    texts<Delivery>(({ lane }) => lane).array(deliveries),
    texts<Delivery>(({ channel }) => channel).array(deliveries),
    texts<Delivery>(({ target }) => target).array(deliveries),
    plain<Delivery>(({ sendAtMs }) => whole(sendAtMs)).array(deliveries),
    plain<Delivery>(({ expiresAtMs }) => whole(expiresAtMs)).array(deliveries),
    texts<Delivery>(({ recipientId }) => recipientId).array(deliveries),
  ]);
  for (const { delivery, from } of found) {
    const { tenantId, reminderId, id: deliveryId, sendAtMs: atMs } = delivery;
    ledger.moved({ tenantId, kind: "delivery", from, to: delivery.state });
    ledger.note({ tenantId, reminderId, deliveryId, atMs, type: "delivery.redriven", reason: null });
  }
  await tellDue(transaction, notices, { deliveries, nowMs: first.delivery.sendAtMs });
}
