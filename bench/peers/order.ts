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

/** One reminder, as every program is given it. */
export interface Job {
  url: string;
  message: string;
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

function jobOf({ url, first, dueMs, spacingMs }: Order, index: number): Job {
  return { url, message: messageOf(first + index), dueMs: Math.round(dueMs + index * spacingMs) };
}

/** When the reminder of a number is due. */
export function dueOf({ first, dueMs, spacingMs }: Order, number: number): number {
  return Math.round(dueMs + (number - first) * spacingMs);
}

/** Of one length, so that all bodies are; the receiver tells reminders apart by it. */
function messageOf(number: number): string {
  return `hello ${String(number).padStart(8, "0")}`;
}
