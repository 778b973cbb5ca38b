import { type DeliveryPolicy, type Reminder, type RepeatPolicy, revisionOf } from "../../domain/reminder.ts";
import { JITTERS } from "../../domain/retry.ts";
import type { ChangedReminder, ComingOccurrence } from "../../engine/reminder-changes.ts";
import type { ReminderView } from "../../store/store.ts";
import { formatInstant, parseInstant } from "../../time/instant.ts";
import type { Occurrence, Schedule } from "../../time/schedule.ts";
import type { ComingOccurrenceResource } from "../schemas/coming-occurrence.ts";
import type { Metadata } from "../schemas/metadata.ts";
import type { OccurrenceResource } from "../schemas/occurrence.ts";
import type {
  ChangedReminderResource,
  ReminderResource,
  SkippedReminderResource,
} from "../schemas/reminder.ts";
import { isoDuration } from "./iso-duration.ts";
import { targetResource } from "./target-view.ts";

/** A reminder as the API shows it. */
export function reminderResource({ reminder, upcoming }: ReminderView): ReminderResource {
  const { schedule, target, content, policy, metadata } = reminder.spec;
  const { catchUp, usefulFor, retry, inDoubt, spread, urgent, repeat } = policyResource(policy);
  const createdAt = formatInstant(reminder.createdAtMs);
  return {
    id: reminder.id,
    state: reminder.state,
    revision: revisionOf(reminder),
    schedule,
    timeZone: zoneOf(schedule, reminder.timeZone),
    to: targetResource(target),
    content: content as ReminderResource["content"],
    catchUp,
    usefulFor,
    retry,
    inDoubt,
    spread,
    urgent,
    repeat,
    recipientId: reminder.recipientId,
    campaignId: reminder.campaignId,
    waitsFor: reminder.spec.planned?.waitsFor ?? null,
    // Nothing else is let in.
    metadata: metadata as Metadata,
    next: upcoming === null || isWaiting(reminder) ? null : occurrenceResource(upcoming),
    createdAt,
    // Formatting is the dearest part of a large batch's answer, and new reminders have both alike.
    updatedAt:
      reminder.updatedAtMs === reminder.createdAtMs ? createdAt : formatInstant(reminder.updatedAtMs),
  };
}

type PolicyResource = Pick<
  ReminderResource,
  "catchUp" | "usefulFor" | "retry" | "inDoubt" | "spread" | "urgent" | "repeat"
>;

/** How deliveries are treated, as the API shows it. */
export function policyResource(policy: DeliveryPolicy): PolicyResource {
  return {
    catchUp: policy.catchUp,
    usefulFor: isoDuration(policy.usefulForMs),
    retry: {
      maxAttempts: policy.retry.maxAttempts,
      initial: isoDuration(policy.retry.initialMs),
      max: isoDuration(policy.retry.maxMs),
      jitter: policy.retry.jitter ?? JITTERS[0],
    },
    inDoubt: policy.inDoubt,
    spread: policy.spreadMs === undefined ? null : isoDuration(policy.spreadMs),
    urgent: policy.urgent ?? false,
    repeat: policy.repeat === undefined ? null : repeatResource(policy.repeat),
  };
}

/** Where it stands is kept while it waits for a date, but it will not ring there. */
function isWaiting({ spec }: Reminder): boolean {
  return spec.planned?.waitsFor !== undefined;
}

function repeatResource({ everyMs, max, escalation }: RepeatPolicy): NonNullable<ReminderResource["repeat"]> {
  const repeat = { every: isoDuration(everyMs), max };
  if (!escalation) return repeat;
  return { ...repeat, escalation: { after: escalation.after, to: targetResource(escalation.to) } };
}

/** A reminder after a change, with what became of its deliveries. */
export function changedReminderResource(
  changed: ChangedReminder,
): ChangedReminderResource & Partial<SkippedReminderResource> {
  const { view, withdrawn, planned, inFlight, skipped } = changed;
  return {
    ...reminderResource(view),
    withdrawn,
    planned,
    inFlight: inFlight.length,
    ...(skipped === undefined ? {} : { skipped: occurrenceResource(skipped) }),
  };
}

/** The zone that a rule is read in; null where no zone has a part in it. */
function zoneOf(schedule: Schedule, floatingZone: string): string | null {
  if ("in" in schedule || "every" in schedule) return null;
  if ("at" in schedule && parseInstant(schedule.at) !== null) return null;
  return schedule.timeZone ?? floatingZone;
}

/** An occurrence to come as the API shows it. */
export function comingOccurrenceResource(coming: ComingOccurrence): ComingOccurrenceResource {
  const { occurrence, kind, deliveryId } = coming;
  return { ...occurrenceResource(occurrence), kind, deliveryId };
}

/** One ring of a rule as the API shows it. */
export function occurrenceResource({ nominal, dueMs, resolution }: Occurrence): OccurrenceResource {
  // What no zone has a part in is named by its instant.
  const due = resolution.timeZone === null ? nominal : formatInstant(dueMs);
  return { nominal, due, resolution };
}
