import type { Delivery } from "../domain/delivery.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { DeliveryFilter, Page, PageRequest } from "./store.ts";

/** Rows that are read at once for a filter that no index serves, and for one page in all. */
const CHUNK = 500;
const MOST_LOOKED_AT = 5_000;

/** Where a delivery stands in the list, which has the latest due first: due instant, reminder, id. */
export type DeliveryPlace = readonly [dueMs: number, reminderId: string, id: string];

/** Sorts after all that a list may begin with. */
const START: DeliveryPlace = [Number.MAX_SAFE_INTEGER, "~", "~"];

/**
 * Fills one page of a list of deliveries. What the statement itself does not ask for is looked at row by row,
 * a bounded number of them: a page may then have fewer items than asked for, even none, though more follow.
 */
export class DeliveryPage {
  readonly #request: PageRequest & DeliveryFilter;
  readonly #found: Delivery[] = [];
  #place: DeliveryPlace;
  #lookedAt = 0;
  #isAtEnd = false;

  /** @throws InvalidInputError if the cursor is none of this list */
  constructor(request: PageRequest & DeliveryFilter) {
    this.#request = request;
    this.#place = firstPlace(request);
  }

  /** What is to be read next: so many that come after a place; null once the page is full. */
  get next(): { place: DeliveryPlace; limit: number } | null {
    const { limit } = this.#request;
    const isFull = this.#found.length > limit || this.#lookedAt >= MOST_LOOKED_AT;
    if (this.#isAtEnd || isFull) return null;
    return { place: this.#place, limit: isServedByIndex(this.#request) ? limit + 1 : CHUNK };
  }

  /** Takes what was read, in the order of the list; fewer than were asked for are the last. */
  take(deliveries: readonly Delivery[], asked: number): void {
    const { limit, sinceMs } = this.#request;
    for (const delivery of deliveries) {
      if (sinceMs !== undefined && delivery.occurrence.dueMs < sinceMs) {
        this.#isAtEnd = true;
        return;
      }
      if (fitsDelivery(delivery, this.#request)) this.#found.push(delivery);
      // The one beyond the page only tells that there are more.
      if (this.#found.length > limit) return;
      this.#place = placeOf(delivery);
      this.#lookedAt += 1;
    }
    if (deliveries.length < asked) this.#isAtEnd = true;
  }

  page(): Page<Delivery> {
    const items = this.#found.slice(0, this.#request.limit);
    const isMore = this.#found.length > items.length || !this.#isAtEnd;
    return { items, nextCursor: isMore ? encodeCursor("deliveries", this.#place) : undefined };
  }
}

function firstPlace({ after, untilMs }: PageRequest & DeliveryFilter): DeliveryPlace {
  if (after === undefined) return untilMs === undefined ? START : [untilMs, "", ""];
  const [dueMs, reminderId, id] = decodeCursor("deliveries", after, ["number", "string", "string"]);
  return [Number(dueMs), String(reminderId), String(id)];
}

function placeOf({ occurrence, reminderId, id }: Delivery): DeliveryPlace {
  return [occurrence.dueMs, reminderId, id];
}

/** Whether the statement asks for all that the filter means. */
function isServedByIndex({
  channel,
  campaignId,
  error,
  recipientId,
  state,
  reminderId,
}: DeliveryFilter): boolean {
  if (channel !== undefined || campaignId !== undefined || error !== undefined) return false;
  return recipientId === undefined || (state === undefined && reminderId === undefined);
}

/** Whether a filter means a delivery. */
function fitsDelivery(delivery: Delivery, filter: DeliveryFilter): boolean {
  const { state, channel, reminderId, recipientId, campaignId, error } = filter;
  const isOf = campaignId === undefined || delivery.series.startsWith(`${campaignId} `);
  return (
    isOf &&
    (state === undefined || delivery.state === state) &&
    (channel === undefined || delivery.channel === channel) &&
    (reminderId === undefined || delivery.reminderId === reminderId) &&
    (recipientId === undefined || delivery.recipientId === recipientId) &&
    (error === undefined || (delivery.reason ?? "").toLowerCase().includes(error.toLowerCase()))
  );
}
