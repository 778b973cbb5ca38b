import type {
  ComingExplained,
  DeliveryExplained,
  OccurrenceExplained,
  RecipientExplained,
  ReminderExplained,
} from "../../domain/explanation.ts";
import { deliverySentences, reminderSentences } from "../../domain/explanation-words.ts";
import { formatInstant } from "../../time/instant.ts";
import type { DeliveryExplanationResource, ReminderExplanationResource } from "../schemas/explanation.ts";
import { attemptResource } from "./delivery-view.ts";

/** Why a reminder rings, or does not, as the API tells it. */
export function reminderExplanationResource(explained: ReminderExplained): ReminderExplanationResource {
  const { reminderId, state, rule, recipient, campaign, outlook, coming, skipped, past, asked } = explained;
  return {
    reminderId,
    state,
    rule,
    recipient: recipientResource(recipient),
    campaign,
    outlook,
    coming: coming.map(comingResource),
    skipped: skipped.map(({ key, dueMs }) => ({ nominal: key, due: formatInstant(dueMs) })),
    past: past.map(({ id, state, reason, occurrence: { nominal, dueMs } }) => {
      return { id, state, reason, nominal, due: formatInstant(dueMs) };
    }),
    asked: asked && {
      kind: asked.kind,
      text: asked.text,
      occurrence: asked.happened && occurrenceResource(asked.happened),
      deliveryIds: [...asked.deliveryIds],
    },
    text: reminderSentences(explained).join("\n"),
  };
}

/** Why a delivery was sent, or was not, as the API tells it. */
export function deliveryExplanationResource(explained: DeliveryExplained): DeliveryExplanationResource {
  const { deliveryId, reminderId, state, rule, recipient, happened, latenessMs, attempts } = explained;
  const { acknowledgement, onward, fate } = explained;
  return {
    deliveryId,
    reminderId,
    state,
    rule,
    recipient: recipientResource(recipient),
    occurrence: occurrenceResource(happened),
    plan: planResource(explained.plan),
    latenessMs: latenessMs === null ? null : Math.round(latenessMs),
    attempts: attempts.map(attemptResource),
    acknowledgement: acknowledgement && {
      at: formatInstant(acknowledgement.atMs),
      deliveryId: acknowledgement.deliveryId,
      snoozedTo: acknowledgement.snoozeId,
    },
    onward: [...onward],
    fate,
    text: deliverySentences(explained).join("\n"),
  };
}

function planResource(plan: DeliveryExplained["plan"]): DeliveryExplanationResource["plan"] {
  const { acceptedAtMs, promotedAtMs, epoch, epochNow, sendAtMs, spreadMs, expiresAtMs, note } = plan;
  return {
    acceptedAt: formatInstant(acceptedAtMs),
    promotedAt: formatInstant(promotedAtMs),
    revision: epoch + 1,
    revisionNow: epochNow === null ? null : epochNow + 1,
    spreadMs,
    sendAt: formatInstant(sendAtMs),
    expiresAt: formatInstant(expiresAtMs),
    note,
  };
}

function recipientResource(recipient: RecipientExplained | null): ReminderExplanationResource["recipient"] {
  if (recipient === null) return null;
  const { id, epoch, plannedEpoch, timeZone, quietHours } = recipient;
  return {
    id,
    isDeleted: epoch === null,
    epoch,
    plannedEpoch,
    timeZone,
    quietHours: quietHours && {
      from: quietHours.from,
      to: quietHours.to,
      ...(quietHours.days ? { days: [...quietHours.days] } : {}),
    },
  };
}

function occurrenceResource(explained: OccurrenceExplained): DeliveryExplanationResource["occurrence"] {
  const { kind, occurrence, local, dueNowMs } = explained;
  const { nominal, dueMs, resolution } = occurrence;
  const dueNow = dueNowMs === null ? null : formatInstant(dueNowMs);
  return { nominal, due: formatInstant(dueMs), resolution, kind, local, dueNow };
}

function comingResource(coming: ComingExplained): ReminderExplanationResource["coming"][number] {
  return {
    ...occurrenceResource(coming),
    deliveryId: coming.deliveryId,
    sendAt: formatInstant(coming.sendAtMs),
    delays: [...coming.delays],
    expiresAt: formatInstant(coming.expiresAtMs),
    expires: coming.expires,
  };
}
