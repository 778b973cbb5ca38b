import type { OccurrenceExplained, RecipientExplained, RuleExplained } from "../domain/explanation.ts";
import type { OccurrenceKind } from "../domain/ids.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { PlannedWith, Reminder } from "../domain/reminder.ts";
import {
  formatWallClock,
  type Occurrence,
  occurrencesNamed,
  type Plan,
  ScheduleError,
  zoneDataVersion,
  zoneNamed,
} from "../time/schedule.ts";
import { zoneOf } from "./content-values.ts";
import { planOfReminder } from "./replan.ts";

/** A reminder with whom it is for, as it is explained. */
export interface Explained {
  reminder: Reminder;
  recipient: Recipient | null;
  /** Null if it cannot be planned: its zone has left the zone data, or the date that it reads is gone. */
  plan: Plan | null;
}

export function explained(reminder: Reminder, recipient: Recipient | null): Explained {
  return { reminder, recipient, plan: planOrNull(reminder) };
}

function planOrNull(reminder: Reminder): Plan | null {
  try {
    return planOfReminder(reminder);
  } catch (error) {
    if (error instanceof ScheduleError) return null;
    throw error;
  }
}

export function ruleExplained({ reminder, recipient, plan }: Explained): RuleExplained {
  const zoneData = zoneDataVersion();
  if (!plan) {
    const date = reminder.spec.planned?.waitsFor;
    const why =
      date === undefined ? "by a rule that cannot be read any more" : `on their "${date}", which they lack`;
    return { text: why, timeZone: null, zoneOf: null, zoneData };
  }
  const { text, timeZone, floating } = plan;
  const owner = recipient?.timeZone ? "recipient" : "tenant";
  return { text, timeZone, zoneOf: timeZone === null ? null : floating ? owner : "rule", zoneData };
}

/** Null for what goes to a bare address or endpoint. */
export function recipientExplained(
  recipientId: string | null,
  recipient: Recipient | null,
  planned: Pick<PlannedWith, "epoch">,
): RecipientExplained | null {
  if (recipientId === null) return null;
  return {
    id: recipientId,
    epoch: recipient?.epoch ?? null,
    plannedEpoch: planned.epoch,
    quietHours: recipient?.quietHours ?? null,
    timeZone: recipient?.timeZone ?? null,
  };
}

export function occurrenceExplained(
  { reminder, recipient, plan }: Explained,
  kind: OccurrenceKind,
  occurrence: Occurrence,
): OccurrenceExplained {
  const local = localAt(occurrence.dueMs, zoneOf(reminder, recipient));
  const dueNowMs = kind === "rule" && plan ? dueNow(plan, occurrence) : null;
  return { kind, occurrence, local, dueNowMs };
}

/** The wall clock of a zone at an instant. */
export function localAt(dueMs: number, timeZone: string): OccurrenceExplained["local"] {
  return { time: formatWallClock(zoneNamed(timeZone).wallAt(dueMs)), timeZone };
}

/** The instant that the plan of now gives an occurrence, if that is another one. */
function dueNow(plan: Plan, { key, nominal, dueMs }: Occurrence): number | null {
  const same = occurrencesNamed(plan, nominal).find((one) => one.key === key);
  return same === undefined || same.dueMs === dueMs ? null : same.dueMs;
}
