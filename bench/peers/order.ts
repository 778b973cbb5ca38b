/** What is to be accepted: reminders of one host, numbered, due at one instant or evenly spread. */
export interface Order {
  /** Where all of them go. */
  url: string;
  count: number;
  /** The number of the first. */
  first: number;
  /** When the first is due, in ms since the epoch. */
  dueMs: number;
  /** How long after the one before each is due, in ms. */
  spacingMs: number;
}

/** What a program is to keep until it is due: where it goes, and what it says to people and to programs. */
export interface Payload {
  url: string;
  message: string;
  data: Readonly<Record<string, string>>;
}

/** One reminder, as every program is given it. */
export interface Job extends Payload {
  dueMs: number;
}

/** How many are accepted at once, by every program. */
export const BATCH = 1_000;

/** The order's reminders, one batch after the other. */
export function* batchesOf(order: Order): Generator<Job[]> {
  for (let from = 0; from < order.count; from += BATCH) {
    const size = Math.min(BATCH, order.count - from);
    yield Array.from({ length: size }, (_, index) => jobOf(order, from + index));
  }
}

/** The same, one by one. */
export function* jobsOf(order: Order): Generator<Job> {
  for (const batch of batchesOf(order)) yield* batch;
}

function jobOf(order: Order, index: number): Job {
  const number = order.first + index;
  const digits = String(number).padStart(8, "0");
  // All of one length, so that all bodies are; the receiver tells reminders apart by the message.
  const data = {
    customer: `cus_${digits}`,
    order: `ord_${digits}`,
    amount: "129.00",
    currency: "EUR",
    locale: "de-DE",
    template: "payment-reminder",
  };
  return { url: order.url, message: `hello ${digits}`, data, dueMs: dueOf(order, number) };
}

/** When the reminder of a number is due. */
export function dueOf({ first, dueMs, spacingMs }: Order, number: number): number {
  return Math.round(dueMs + (number - first) * spacingMs);
}
