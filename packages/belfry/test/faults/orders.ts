import type { ReminderInput } from "../../src/http/schemas/reminder.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** One POST: a reminder alone, or a batch. Each reminder bears a text of its own. */
export interface Order {
  path: "/v1/reminders" | "/v1/reminders/batch";
  /** With a key, the very same request may be repeated; without one, a repeat is another order. */
  idempotencyKey: string | null;
  reminders: readonly ReminderInput[];
}

export interface OrderOptions {
  random: SeededRandom;
  webhookUrl: string;
  /** How many reminders in all. */
  count: number;
  /** How many of them together in one batch; the others go alone. */
  batch: number;
  /** Tells one call's texts and keys from another's. */
  name: string;
}

const LATEST_DUE_MS = 4_000;
const KEYED_SHARE = 0.5;
const INBOX_SHARE = 0.1;

/** What a caller is going to ask: one batch, then single ones; due over the next seconds. */
export function ordersOf({ random, webhookUrl, count, batch, name }: OrderOptions): Order[] {
  const reminders = Array.from({ length: count }, (_, i) => reminderOf(`${name}.${i}`, webhookUrl, random));
  const keyOf = (i: number): string | null => (random.next() < KEYED_SHARE ? `${name}-${i}` : null);
  const together: Order = {
    path: "/v1/reminders/batch",
    idempotencyKey: keyOf(-1),
    reminders: reminders.slice(0, batch),
  };
  const alone = reminders
    .slice(batch)
    .map(
      (reminder, i): Order => ({ path: "/v1/reminders", idempotencyKey: keyOf(i), reminders: [reminder] }),
    );
  return [together, ...alone];
}

/** The same wishes as a new order, for one of which nobody knows whether it was heard. */
export function askedAnew(order: Order): Order {
  const reminders = order.reminders.map((reminder) => ({ ...reminder, message: `${textOf(reminder)}'` }));
  return { ...order, reminders };
}

export function bodyOf({ path, reminders }: Order): unknown {
  return path === "/v1/reminders" ? reminders[0] : { reminders };
}

export function textOf({ message }: ReminderInput): string {
  return message ?? "";
}

function reminderOf(message: string, webhookUrl: string, random: SeededRandom): ReminderInput {
  const isForInbox = random.next() < INBOX_SHARE;
  return {
    schedule: { in: `PT${random.between(50, LATEST_DUE_MS) / 1_000}S` },
    to: isForInbox ? { channel: "inbox" } : { channel: "webhook", address: webhookUrl },
    message,
  };
}
