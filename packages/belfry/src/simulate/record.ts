import type { Attempt, Delivery } from "../domain/delivery.ts";
import type { SimulatedDelivery, Stretch } from "../domain/simulation.ts";
import type { EngineEvent } from "../engine/observer.ts";
import { formatInstant, formatWallClock, zoneNamed } from "../time/schedule.ts";

/** What is later than this has a reason. */
const LATE_MS = 1_000;

/** What the engine tells of one delivery until it is settled. */
interface Begun {
  attempt?: Attempt;
  /** Why it was held back. */
  held?: string;
}

/** Keeps what became of every delivery, as the engine tells it. */
export class SimulationRecord {
  readonly deliveries: SimulatedDelivery[] = [];
  readonly #begun = new Map<string, Begun>();
  readonly #outages: readonly Stretch[];
  readonly #nameOf: (id: string) => string;

  /** @param nameOf what a recipient, a reminder or a campaign is called in the report */
  constructor(outages: readonly Stretch[], nameOf: (id: string) => string) {
    this.#outages = outages;
    this.#nameOf = nameOf;
  }

  /** To be given to the engine as its observer. */
  readonly observe = (event: EngineEvent): void => {
    if (event.kind === "attempt") this.#begin(event.delivery.id, { attempt: event.attempt });
    if (event.kind !== "settled") return;
    const { delivery, verdict } = event;
    if (verdict.state === "scheduled") this.#begin(delivery.id, { held: verdict.reason });
    else if (verdict.state !== "retrying") this.settled(delivery, verdict);
  };

  /** A delivery has come to its end. */
  settled(delivery: Delivery, { state, reason }: Pick<Delivery, "state" | "reason">): void {
    const { attempt, held } = this.#begun.get(delivery.id) ?? {};
    this.#begun.delete(delivery.id);
    const sentMs = state === "delivered" && attempt ? attempt.startedAtMs : null;
    const reasons = [delivery.note, held ?? null, reason, this.#wasDown(delivery, sentMs)];
    const { occurrence, recipientId } = delivery;
    const { kind: resolved, note = null, timeZone } = occurrence.resolution;
    const why = resolved === "exact" ? reasons : [note, ...reasons];
    this.deliveries.push({
      deliveryId: delivery.id,
      source: this.#nameOf(sourceOf(delivery)),
      recipient: recipientId === null ? null : this.#nameOf(recipientId),
      channel: delivery.channel,
      kind: delivery.kind,
      key: occurrence.key,
      nominal: occurrence.nominal,
      dueMs: occurrence.dueMs,
      sentMs,
      latenessMs: sentMs === null ? null : sentMs - occurrence.dueMs,
      state,
      resolved,
      timeZone,
      local: localText(sentMs ?? occurrence.dueMs, timeZone),
      reason: [...new Set(why.filter((one) => one !== null))].join("; ") || null,
    });
  }

  #begin(deliveryId: string, more: Begun): void {
    this.#begun.set(deliveryId, { ...this.#begun.get(deliveryId), ...more });
  }

  #wasDown({ sendAtMs }: Delivery, sentMs: number | null): string | null {
    if (sentMs === null || sentMs - sendAtMs <= LATE_MS) return null;
    const outage = this.#outages.find(({ fromMs, toMs }) => sendAtMs >= fromMs && sendAtMs < toMs);
    if (!outage) return null;
    return `nothing ran from ${formatInstant(outage.fromMs)} to ${formatInstant(outage.toMs)}`;
  }
}

/** The series of what a campaign keeps begins with its id; see `campaignSeries`. */
function sourceOf({ reminderId, series }: Delivery): string {
  const [campaignId, recipientId] = series.split(" ");
  return campaignId !== undefined && recipientId !== undefined ? campaignId : reminderId;
}

/** The minute on the clocks of a zone. */
function localText(instantMs: number, timeZone: string | null): string {
  const wallMs = timeZone === null ? instantMs : zoneNamed(timeZone).wallAt(Math.floor(instantMs));
  return formatWallClock(Math.floor(wallMs / 60_000) * 60_000);
}
