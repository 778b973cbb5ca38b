import { type Delivery, type DeliveryState, statesBefore } from "../domain/delivery.ts";
import type { NewDestination } from "./redrive-store.ts";

const REDRIVABLE: ReadonlySet<DeliveryState> = new Set(statesBefore("redrive"));

/** Whether a delivery in this state can be brought back. */
export function isRedrivable(state: DeliveryState): boolean {
  return REDRIVABLE.has(state);
}

export interface Redrive {
  nowMs: number;
  usefulForMs: number;
  /** That of its reminder. */
  epoch: number;
  destination?: NewDestination | undefined;
}

/** The delivery as it is then: to be sent now, with all attempts before it and as long to be useful. */
export function redriven(settled: Delivery, { nowMs, usefulForMs, epoch, destination }: Redrive): Delivery {
  return {
    ...settled,
    ...destination,
    epoch,
    state: "scheduled",
    attempts: 0,
    lostLeases: 0,
    reason: null,
    settledAtMs: null,
    sendAtMs: nowMs,
    expiresAtMs: nowMs + usefulForMs,
    redrivenAtMs: nowMs,
  };
}
