import { durationWords, formatInstant } from "../time/schedule.ts";
import type { Attempt } from "./delivery.ts";
import type {
  ComingExplained,
  DeliveryExplained,
  OccurrenceAsked,
  OccurrenceExplained,
  RecipientExplained,
  ReminderExplained,
  RuleExplained,
} from "./explanation.ts";

/** A lateness below this is not worth a word. */
const PUNCTUAL_MS = 1_000;

/** Why a reminder rings, or does not, one sentence each. */
export function reminderSentences(explained: ReminderExplained): string[] {
  const { reminderId, rule, recipient, outlook, coming, skipped, past, asked } = explained;
  return [
    `${reminderId} rings ${ruleWords(rule)}.`,
    ...recipientSentences(recipient),
    outlook.text,
    ...(asked === null ? [] : askedSentences(asked)),
    ...coming.flatMap((one, index) => comingSentences(one, index === 0 ? "Next" : "Then")),
    ...(skipped.length === 0 ? [] : [`Left out by hand: ${skipped.map(({ key }) => key).join(", ")}.`]),
    ...past.map(
      ({ id, state, reason, occurrence }) =>
        `${id}, due ${formatInstant(occurrence.dueMs)}, is ${state}${reason === null ? "" : `: ${reason}`}.`,
    ),
  ];
}

function askedSentences({ happened, text }: OccurrenceAsked): string[] {
  return happened === null ? [text] : [occurrenceSentence(happened, "Asked for: the rule says"), text];
}

/** What became of a delivery and why, one sentence each. */
export function deliverySentences(explained: DeliveryExplained): string[] {
  const { deliveryId, reminderId, rule, recipient, happened, attempts, onward, fate } = explained;
  const ofRule = rule === null ? "which is no longer kept" : `which rings ${ruleWords(rule)}`;
  return [
    `${deliveryId} is ${KINDS[happened.kind]} ${reminderId}, ${ofRule}.`,
    occurrenceSentence(happened, happened.kind === "rule" ? "The rule said" : "It was meant for"),
    ...recipientSentences(recipient),
    ...planSentences(explained),
    ...attempts.map(attemptSentence),
    ...latenessSentences(explained),
    ...acknowledgementSentences(explained),
    fate.text,
    ...onward,
  ];
}

const KINDS: Readonly<Record<OccurrenceExplained["kind"], string>> = {
  rule: "an occurrence of",
  snooze: "a snooze of",
  trigger: "a ring by hand of",
  repeat: "a repeat of an occurrence of",
};

function ruleWords({ text, zoneOf }: RuleExplained): string {
  if (zoneOf === "recipient") return `${text} (the recipient's zone, since the rule names none)`;
  return zoneOf === "tenant" ? `${text} (the tenant's zone, since nothing else names one)` : text;
}

function recipientSentences(recipient: RecipientExplained | null): string[] {
  if (recipient === null) return [];
  const { id, epoch, plannedEpoch, quietHours } = recipient;
  if (epoch === null) return [`It is for ${id}, who was deleted.`];
  const plan =
    epoch === plannedEpoch
      ? "planned with what they are now"
      : `planned with what they were before a change that it does not follow any more (${plannedEpoch} of ${epoch})`;
  const quiet = quietHours === null ? "" : `; their quiet hours are ${quietWords(quietHours)}`;
  return [`It is for ${id}, ${plan}${quiet}.`];
}

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

function quietWords({ from, to, days }: NonNullable<RecipientExplained["quietHours"]>): string {
  const on = days === undefined ? "" : ` from ${days.map((day) => DAYS[day - 1]).join(", ")}`;
  return `${from} to ${to}${on}`;
}

/** `Next: the rule says 2026-03-29T02:30, …`. */
function comingSentences(coming: ComingExplained, lead: string): string[] {
  const { sendAtMs, occurrence, delays, expires, deliveryId } = coming;
  const waits = deliveryId === null ? "" : ` It waits as ${deliveryId}.`;
  const when = coming.kind === "rule" ? "the rule says" : `${KINDS[coming.kind]} it at`;
  const sentence = `${occurrenceSentence(coming, `${lead}: ${when}`)}${waits}`;
  if (expires) return [sentence, `It expires then: ${delays.join("; ")}.`];
  if (sendAtMs <= occurrence.dueMs) return [sentence];
  return [sentence, `It goes out at ${formatInstant(sendAtMs)}: ${delays.join("; ")}.`];
}

function occurrenceSentence({ occurrence, local, dueNowMs }: OccurrenceExplained, lead: string): string {
  const { nominal, dueMs, resolution } = occurrence;
  const note = resolution.note === undefined ? "" : ` (${resolution.note})`;
  const data = resolution.timeZone === null ? "" : `, by zone data ${resolution.zoneData}`;
  const now =
    dueNowMs === null ? "" : `; by rule, zone and zone data of now it would be ${formatInstant(dueNowMs)}`;
  const due = `due ${formatInstant(dueMs)}, which is ${local.time} in ${local.timeZone}`;
  return `${lead} ${nominal}${note}: ${due}${data}${now}.`;
}

function planSentences({ plan, recipient }: DeliveryExplained): string[] {
  const { acceptedAtMs, promotedAtMs, epoch, epochNow, spreadMs, note } = plan;
  const isOld = epochNow !== null && epoch !== epochNow;
  const by = recipient === null ? "" : `, with the recipient's plans at ${recipient.plannedEpoch}`;
  return [
    `Its reminder was accepted at ${formatInstant(acceptedAtMs)}, and it became a delivery at ` +
      `${formatInstant(promotedAtMs)}, by revision ${epoch + 1} of the reminder${by}.`,
    ...(isOld ? [`The reminder has revision ${(epochNow ?? 0) + 1} now.`] : []),
    ...(spreadMs > 0 ? [`A spread puts it ${durationWords(spreadMs)} after its due instant.`] : []),
    ...(note === null ? [] : [`About it: ${note}.`]),
  ];
}

function attemptSentence({ number, startedAtMs, durationMs, outcome, error }: Attempt): string {
  const when = `Attempt ${number} at ${formatInstant(Math.floor(startedAtMs))}`;
  const time = `after ${Math.round(durationMs)} ms`;
  const why = error === undefined ? "" : `: ${error}`;
  if (outcome === "delivered") return `${when} delivered it ${time}.`;
  if (outcome === "in-doubt") return `${when} ended without a word, so it may have been sent${why}.`;
  return `${when} ${outcome === "permanent" ? "was refused for good" : "failed"} ${time}${why}.`;
}

function latenessSentences({ latenessMs }: DeliveryExplained): string[] {
  if (latenessMs === null || latenessMs < PUNCTUAL_MS) return [];
  return [`That was ${durationWords(Math.round(latenessMs / 1000) * 1000)} after it was due.`];
}

function acknowledgementSentences({ acknowledgement }: DeliveryExplained): string[] {
  if (acknowledgement === null) return [];
  const { atMs, deliveryId, snoozeId } = acknowledgement;
  const then = snoozeId === null ? "" : `, and snoozed to ${snoozeId}`;
  return [`Its occurrence was acknowledged at ${formatInstant(atMs)} by ${deliveryId}${then}.`];
}
