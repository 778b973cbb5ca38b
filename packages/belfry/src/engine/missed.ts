import { isByHand } from "../domain/delivery.ts";
import { planContextOf, type Reminder } from "../domain/reminder.ts";
import type { Verdict } from "../domain/settlement.ts";
import type { Claim, MissedDelivery, MissedRequest } from "../store/store.ts";
import { type Plan, planOf } from "../time/schedule.ts";
import { missedElsewhere } from "./missed-elsewhere.ts";
import type { EngineDeps } from "./ports.ts";
import { turn } from "./turn.ts";

const PAGE = 1_000;

/**
 * After a time in which nobody was there to send: applies `catchUp` to deliveries that were promoted
 * before it and never tried. One-off reminders are always sent. Runs after promotion, so that the
 * latest missed occurrence of each reminder is known.
 *
 * @param aliveUntilMs when one that sends was last alive; null if none ever was
 * @returns how many deliveries expired
 */
export async function settleMissed(deps: EngineDeps, aliveUntilMs: number | null): Promise<number> {
  const nowMs = Math.floor(deps.clock.now());
  const dueBeforeMs = nowMs - deps.tuning.missedAfterMs;
  const missed = await findAllMissed(deps, { dueFromMs: aliveUntilMs ?? 0, dueBeforeMs });
  const latest = latestOfEach(missed);
  const toExpire = missed.flatMap((delivery) => {
    const reason = reasonToExpire(delivery, latest.get(seriesOf(delivery)) === delivery.deliveryId);
    return reason === null ? [] : [{ ...delivery, reason }];
  });
  const elsewhere = await missedElsewhere(deps, toExpire);
  const expiries = toExpire.flatMap(({ tenantId, deliveryId, reason }) =>
    elsewhere.has(deliveryId) ? [] : [{ tenantId, deliveryId, reason }],
  );
  for (let start = 0; start < expiries.length; start += PAGE) {
    await deps.store.expire(expiries.slice(start, start + PAGE), nowMs);
  }
  if (expiries.length > 0) deps.observe?.({ kind: "missed", deliveries: expiries.length });
  return expiries.length;
}

/**
 * Those of recurring rules. What was due while a worker was alive was not missed, but waited for its turn.
 */
async function findAllMissed(
  deps: EngineDeps,
  { dueFromMs, dueBeforeMs }: Pick<MissedRequest, "dueFromMs" | "dueBeforeMs">,
): Promise<MissedDelivery[]> {
  const all: MissedDelivery[] = [];
  let last: MissedDelivery | undefined;
  do {
    const after = last === undefined ? {} : { after: last.position };
    const page = await deps.store.findMissed({ dueFromMs, dueBeforeMs, limit: PAGE, ...after });
    all.push(...page.filter(({ reminder }) => planSafely(deps, reminder)?.recurring));
    last = page.length < PAGE ? undefined : page.at(-1);
    await turn();
  } while (last);
  return all;
}

/** The delivery with the latest due instant of each series. */
function latestOfEach(missed: readonly MissedDelivery[]): Map<string, string> {
  const latest = new Map<string, MissedDelivery>();
  for (const delivery of missed) {
    const series = seriesOf(delivery);
    if (delivery.dueMs >= (latest.get(series)?.dueMs ?? 0)) latest.set(series, delivery);
  }
  return new Map([...latest].map(([series, { deliveryId }]) => [series, deliveryId]));
}

function seriesOf({ tenantId, reminder }: MissedDelivery): string {
  return `${tenantId} ${reminder.series}`;
}

/**
 * Judges a delivery that a worker took and then ended without a word. If it is found so late that it was
 * missed, `catchUp` decides about it as about those that nobody had taken. Null if it may go.
 */
export function judgeInDoubt(deps: EngineDeps, { delivery, reminder, inDoubtOf }: Claim): Verdict | null {
  const missedBeforeMs = Math.floor(deps.clock.now()) - deps.tuning.missedAfterMs;
  const { dueMs } = delivery.occurrence;
  const wasTried = delivery.story.some((attempt) => attempt.outcome !== "in-doubt");
  if (inDoubtOf === null || isByHand(delivery) || wasTried || dueMs >= missedBeforeMs) return null;
  const plan = planSafely(deps, reminder);
  if (!plan?.recurring) return null;
  const reason = reasonToExpire({ reminder }, plan.previous(missedBeforeMs - 1, dueMs) === null);
  return reason === null ? null : { state: "expired", reason };
}

/** Null if the reminder cannot be planned (its zone left the zone data): it must not stop the others. */
function planSafely(deps: EngineDeps, reminder: Reminder): Plan | null {
  try {
    return planOf(reminder.spec.schedule, planContextOf(reminder));
  } catch (error) {
    deps.onFault(`plan reminder ${reminder.id}`, error);
    return null;
  }
}

function reasonToExpire({ reminder }: Pick<MissedDelivery, "reminder">, isLatest: boolean): string | null {
  const { catchUp } = reminder.spec.policy;
  if (catchUp === "none") return "missed while nothing ran, and catchUp is none";
  if (catchUp === "latest" && !isLatest)
    return "missed while nothing ran; a later one stands for it (catchUp is latest)";
  return null;
}
