import { type Delivery, rootOccurrence } from "../domain/delivery.ts";
import type { DeliveryExplained } from "../domain/explanation.ts";
import { spreadOf } from "../domain/promotion.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Reminder } from "../domain/reminder.ts";
import { durationWords, formatInstant } from "../time/schedule.ts";
import {
  explained,
  localAt,
  occurrenceExplained,
  recipientExplained,
  ruleExplained,
} from "./explain-rule.ts";
import type { EngineDeps } from "./ports.ts";

/** Why a delivery was sent, or was not, and what becomes of it; null if there is none. */
export async function explainDelivery(
  { store }: Pick<EngineDeps, "store">,
  tenantId: string,
  id: string,
): Promise<DeliveryExplained | null> {
  const delivery = await store.findDelivery(tenantId, id);
  if (!delivery) return null;
  const { recipientId, reminderId } = delivery;
  const root = rootOccurrence(delivery);
  const [view, recipient, known] = await Promise.all([
    store.findReminder(tenantId, reminderId),
    recipientId === null ? null : store.findRecipient(tenantId, recipientId),
    store.findAcknowledgements(tenantId, [root]),
  ]);
  const acknowledgement = known.get(root);
  const told = acknowledgement && {
    atMs: acknowledgement.acknowledgedAtMs,
    deliveryId: acknowledgement.deliveryId,
    snoozeId: acknowledgement.snoozeId,
  };
  return { ...toldOf(delivery, view?.reminder ?? null, recipient), acknowledgement: told ?? null };
}

function toldOf(
  delivery: Delivery,
  reminder: Reminder | null,
  recipient: Recipient | null,
): Omit<DeliveryExplained, "acknowledgement"> {
  const { id: deliveryId, reminderId, state, recipientId, recipientEpoch, story: attempts } = delivery;
  const of = reminder && explained(reminder, recipient);
  return {
    deliveryId,
    reminderId,
    state,
    rule: of && ruleExplained(of),
    recipient: recipientExplained(recipientId, recipient, { epoch: recipientEpoch }),
    happened: of
      ? occurrenceExplained(of, delivery.kind, delivery.occurrence)
      : withoutReminder(delivery, recipient),
    plan: planOf(delivery, reminder),
    latenessMs: latenessOf(delivery),
    attempts,
    onward: reminder ? onwardOf(delivery, reminder) : [],
    fate: fateOf(delivery, reminder),
  };
}

/** Its reminder has left the history: its own zone is what its occurrence was read in. */
function withoutReminder({ kind, occurrence }: Delivery, recipient: Recipient | null) {
  const timeZone = recipient?.timeZone ?? occurrence.resolution.timeZone ?? "UTC";
  return { kind, occurrence, local: localAt(occurrence.dueMs, timeZone), dueNowMs: null };
}

function planOf(delivery: Delivery, reminder: Reminder | null): DeliveryExplained["plan"] {
  const { acceptedAtMs, promotedAtMs, epoch, sendAtMs, expiresAtMs, note, occurrenceId } = delivery;
  const spreadMs = spreadOf(occurrenceId, reminder?.spec.policy.spreadMs ?? 0);
  const epochNow = reminder?.epoch ?? null;
  return { acceptedAtMs, promotedAtMs, epoch, epochNow, sendAtMs, spreadMs, expiresAtMs, note };
}

/** From due to the start of the attempt that delivered it, else of the last one. */
function latenessOf({ story, occurrence }: Delivery): number | null {
  const told = story.findLast(({ outcome }) => outcome === "delivered") ?? story.at(-1);
  return told === undefined ? null : told.startedAtMs - occurrence.dueMs;
}

/** What follows it by itself, while that is still open. */
function onwardOf({ onward, state, redrivenAtMs }: Delivery, { spec, state: of }: Reminder): string[] {
  const isOpen = state === "scheduled" || state === "leased" || state === "retrying";
  if (!isOpen || redrivenAtMs !== null || of === "cancelled") return [];
  const channels = onward?.channels ?? [];
  const { repeat } = spec.policy;
  const left = repeat ? repeat.max - (onward?.repeats ?? 0) : 0;
  return [
    ...(channels.length > 0 ? [`If it is dead, ${channels.join(", then ")} is tried.`] : []),
    ...(repeat && left > 0
      ? [
          `Unless somebody acknowledges it, it is repeated every ${durationWords(repeat.everyMs)}, at most ${left} more times.`,
        ]
      : []),
  ];
}

function fateOf(delivery: Delivery, reminder: Reminder | null): DeliveryExplained["fate"] {
  const { state, sendAtMs, settledAtMs, reason } = delivery;
  const at = formatInstant(settledAtMs ?? sendAtMs);
  const why = reason === null ? "" : `: ${reason}`;
  switch (state) {
    case "scheduled":
      return isHeldBack(delivery, reminder)
        ? { kind: "held-back", text: `It is held back until ${at}${why}.` }
        : { kind: "waits", text: `It waits for ${at}, when it is sent.` };
    case "leased":
      return { kind: "being-sent", text: heldText(delivery, reminder) };
    case "retrying":
      return {
        kind: "retries",
        text: `${failedText(delivery, reminder)} and is tried again at ${at}${why}.`,
      };
    case "delivered":
      return { kind: "delivered", text: `It was delivered at ${at}.` };
    case "dead":
      return { kind: "dead", text: `It is dead since ${at}${why}. A retry by hand sends it again.` };
    case "expired":
      return { kind: "expired", text: `It expired at ${at}${why}. A retry by hand sends it all the same.` };
    case "cancelled":
      return { kind: "cancelled", text: `It was cancelled at ${at}${why}.` };
  }
}

function heldText(delivery: Delivery, reminder: Reminder | null): string {
  if (delivery.attempts === 0) return "A worker holds it to send it.";
  const { reason, sendAtMs } = delivery;
  const why = reason === null ? "" : `: ${reason}`;
  return `${failedText(delivery, reminder)}, and a worker holds it to try it again at ${formatInstant(sendAtMs)}${why}.`;
}

function failedText({ attempts }: Delivery, reminder: Reminder | null): string {
  return `It failed ${attempts} of ${attemptsOf(reminder)} attempts`;
}

function attemptsOf(reminder: Reminder | null): string {
  return reminder ? String(reminder.spec.policy.retry.maxAttempts) : "its";
}

/** What waits for longer than its plan says was put off, and says why. */
function isHeldBack(
  { reason, sendAtMs, occurrence, occurrenceId }: Delivery,
  reminder: Reminder | null,
): boolean {
  const plannedMs = occurrence.dueMs + spreadOf(occurrenceId, reminder?.spec.policy.spreadMs ?? 0);
  return reason !== null && sendAtMs > plannedMs;
}
