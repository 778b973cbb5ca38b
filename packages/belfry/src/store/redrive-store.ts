import type { Delivery, DeliveryState } from "../domain/delivery.ts";
import type { ReminderSpec } from "../domain/reminder.ts";
import type { Receipt } from "./access.ts";

/** Where a delivery goes now, if its reminder's target has changed. */
export interface NewDestination {
  channel: string;
  target: string;
  lane: string;
  recipientId: string | null;
}

export interface RedriveRequest {
  tenantId: string;
  id: string;
  nowMs: number;
  destination?: NewDestination;
  /** Made from the delivery as it is after the redrive; commits with it. */
  receiptOf?: (delivery: Delivery) => Receipt;
}

export type RedriveResult =
  | { kind: "redriven"; delivery: Delivery }
  | { kind: "refused"; state: DeliveryState };

/** Which settled deliveries are meant. */
export interface RetryFilter {
  state: "dead" | "expired";
  channel?: string;
  reminderId?: string;
  /** Settled at or after this instant. */
  sinceMs?: number;
  /** Settled before this instant. */
  untilMs?: number;
  /** Part of the reason, in any case. */
  error?: string;
}

export interface RetriableRequest {
  tenantId: string;
  filter: RetryFilter;
  /** How many to look at. */
  limit: number;
  /** `next` of the page before. */
  after?: string;
}

/** A delivery that could be brought back. */
export interface Retriable {
  delivery: Delivery;
  /** Where its reminder goes now. */
  goesTo: Pick<ReminderSpec, "target" | "planned">;
}

export interface RedriveAllRequest {
  tenantId: string;
  items: readonly { id: string; destination?: NewDestination }[];
  nowMs: number;
  /** Made from how many were brought back; commits with them. */
  receiptOf?: (redriven: number) => Receipt;
}

/** Bringing settled deliveries back. */
export interface RedriveStore {
  /** Brings a settled delivery back to be sent at `nowMs`; null if there is none. */
  redrive(request: RedriveRequest): Promise<RedriveResult | null>;
  /**
   * What a filter means, oldest settled first. Looks at so many failed deliveries and no more, so that it
   * answers soon; `next` is where to go on, null at the end.
   */
  findRetriable(request: RetriableRequest): Promise<{ items: Retriable[]; next: string | null }>;
  /** Brings back those that still can be, in one commit; resolves with how many. */
  redriveAll(request: RedriveAllRequest): Promise<number>;
}
