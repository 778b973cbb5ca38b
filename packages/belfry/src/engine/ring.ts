import type { Delivery } from "../domain/delivery.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { RingResult } from "../store/store.ts";
import { formatInstant, type Occurrence, zoneDataVersion } from "../time/schedule.ts";
import { handedBack } from "./acknowledge.ts";
import type { Hands } from "./change.ts";
import { deliveriesOf } from "./deliveries-of.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import type { RingByHand } from "./reminder-changes.ts";

/** Rings a reminder once outside its rule: now, or later as a snooze. */
export function createRinging(
  deps: EngineDeps,
  { hands, onStored }: { hands: Hands; onStored: (sendAtMs: number) => void },
) {
  return async (tenant: Tenant, request: RingByHand): Promise<RingResult> => {
    const from = await origin(deps, tenant.id, request);
    if (!from) return { kind: "missing" };
    const { reminder, snoozed } = from;
    const nowMs = Math.floor(deps.clock.now());
    const deliveries = deliveriesByHand(deps, { reminder, request, note: from.note, nowMs });
    const { receiptOf } = request;
    const ring = (): Promise<RingResult> =>
      deps.store.ring({
        tenantId: tenant.id,
        reminderId: reminder.id,
        deliveries,
        nowMs,
        ...(snoozed ? { snoozes: snoozed.id } : {}),
        ...(receiptOf ? { receiptOf } : {}),
      });
    const result = await (snoozed ? handedBack({ deps, hands }, snoozed, ring) : ring());
    if (result.kind !== "rung") return result;
    onStored(Math.min(...deliveries.map(({ sendAtMs }) => sendAtMs)));
    deps.observe?.({
      kind: "changed",
      what: "rung",
      tenantId: tenant.id,
      reminderId: reminder.id,
      withdrawn: 0,
    });
    return result;
  };
}

interface Origin {
  reminder: Reminder;
  note: string;
  /** The delivery that is snoozed; null: the reminder itself. */
  snoozed: Delivery | null;
}

async function origin({ store }: EngineDeps, tenantId: string, request: RingByHand): Promise<Origin | null> {
  const delivery = "deliveryId" in request ? await store.findDelivery(tenantId, request.deliveryId) : null;
  const reminderId = "reminderId" in request ? request.reminderId : delivery?.reminderId;
  const view = reminderId === undefined ? null : await store.findReminder(tenantId, reminderId);
  if (!view) return null;
  const snoozed = request.kind === "snooze" ? delivery : null;
  return { reminder: view.reminder, note: noteOf(request, delivery), snoozed };
}

function noteOf({ kind }: RingByHand, delivery: Delivery | null): string {
  if (kind === "trigger") return "was rung by hand";
  return delivery === null ? "was snoozed" : `was snoozed, from ${delivery.occurrence.nominal}`;
}

interface ByHand {
  reminder: Reminder;
  request: RingByHand;
  note: string | null;
  nowMs: number;
}

function deliveriesByHand(deps: EngineDeps, { reminder, request, note, nowMs }: ByHand): Delivery[] {
  const { kind, key, atMs } = request;
  const dueMs = atMs ?? nowMs;
  const resolution = { kind: "exact", timeZone: null, zoneData: zoneDataVersion() } as const;
  const occurrence: Occurrence = { key, nominal: formatInstant(dueMs), dueMs, resolution };
  return deliveriesOf(deps, reminder, { rings: [{ occurrence, note }], nowMs, kind });
}
