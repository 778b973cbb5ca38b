import type { Client } from "../client/client.ts";
import type { CliContext } from "./context.ts";
import { messageText, targetText } from "./reminder-text.ts";
import type { BelfryEvent } from "./resources.ts";

/** Questions in one second; what happens faster is told without their answers. */
const MOST_A_SECOND = 20;
/** Reminders that are remembered. */
const MOST_KEPT = 1_000;

/** What an event is about, as far as it is known. */
export interface EventSubject {
  message?: string;
  target?: string;
  latenessMs?: number;
}

/**
 * Looks up what events are about, as long as that does not hold them up: few questions a second, none
 * that was answered, and none is worth a failure.
 */
export function createEventSubjects(client: Client, { now }: Pick<CliContext, "now">) {
  const known = new Map<string, EventSubject>();
  let second = 0;
  let asked = 0;

  const mayAsk = (): boolean => {
    const current = Math.floor(now() / 1000);
    if (current !== second) asked = 0;
    second = current;
    asked += 1;
    return asked <= MOST_A_SECOND;
  };

  const reminderOf = async (id: string): Promise<EventSubject> => {
    const kept = known.get(id);
    if (kept || !mayAsk()) return kept ?? {};
    const subject = await client.reminders.get(id).then(
      ({ content, to }) => ({ message: messageText(content), target: targetText(to) }),
      () => ({}),
    );
    known.set(id, subject);
    const [oldest] = known.keys();
    if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
    return subject;
  };

  const latenessOf = async (id: string): Promise<EventSubject> => {
    if (!mayAsk()) return {};
    const delivery = await client.deliveries.get(id).catch(() => null);
    return typeof delivery?.latenessMs === "number" ? { latenessMs: delivery.latenessMs } : {};
  };

  return async ({ type, reminderId, deliveryId }: BelfryEvent): Promise<EventSubject> => {
    if (reminderId === null) return {};
    if (type === "reminder.changed") known.delete(reminderId);
    const reminder = await reminderOf(reminderId);
    if (type !== "delivery.delivered" || deliveryId === null) return reminder;
    return { ...reminder, ...(await latenessOf(deliveryId)) };
  };
}
