import type { Delivery } from "../../domain/delivery.ts";
import type { Queryable } from "./database.ts";
import { statement } from "./statement.ts";

/**
 * What one process tells the others by NOTIFY, which wakes all who listen and makes commits wait for each
 * other: so only what a worker would find too late by looking.
 */
export interface Notices {
  /** The name of the channel on which what is due soon is told. */
  dueChannel: string;
  /** The name of the channel on which changed reminders are told. */
  changedChannel: string;
  /** What is to be sent within so long is told of. */
  withinMs: number;
}

export function noticesOf(schema: string, withinMs: number): Notices {
  return { dueChannel: `${schema}_due`, changedChannel: `${schema}_changed`, withinMs };
}

const TELL = statement("tell", "SELECT pg_notify($1, $2)");

/** The soonest instant of deliveries, if it comes so soon that others are to be told of it. */
export function soonOf(
  { withinMs }: Notices,
  deliveries: Iterable<Pick<Delivery, "sendAtMs">>,
  nowMs: number,
): number | null {
  let soonestMs = Number.POSITIVE_INFINITY;
  for (const { sendAtMs } of deliveries) soonestMs = Math.min(soonestMs, sendAtMs);
  return soonestMs <= nowMs + withinMs ? Math.floor(soonestMs) : null;
}

/** Tells of deliveries that are to be sent soon, once the transaction commits. */
export async function tellDue(
  transaction: Queryable,
  notices: Notices,
  { deliveries, nowMs }: { deliveries: Iterable<Pick<Delivery, "sendAtMs">>; nowMs: number },
): Promise<void> {
  const soonMs = soonOf(notices, deliveries, nowMs);
  if (soonMs !== null) await transaction.run(TELL, [notices.dueChannel, String(soonMs)]);
}

/** Tells who holds deliveries of a reminder that it was changed. */
export async function tellChanged(
  transaction: Queryable,
  { changedChannel }: Notices,
  { tenantId, reminderId }: { tenantId: string; reminderId: string },
): Promise<void> {
  await transaction.run(TELL, [changedChannel, `${tenantId} ${reminderId}`]);
}
