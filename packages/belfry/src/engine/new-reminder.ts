import type { Recipient } from "../domain/recipient.ts";
import type { PlannedWith, Reminder, ReminderSpec } from "../domain/reminder.ts";
import { isRecipientTarget, type Target } from "../domain/target.ts";
import type { Occurrence, PlanContext, Schedule } from "../time/schedule.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { plannedWith } from "./recipient-plan.ts";

/** What a schedule is read against, for a recipient or for the tenant itself. */
export function contextFor(
  { timeZone }: Pick<Tenant, "timeZone">,
  recipient: Recipient | null,
  acceptedAtMs: number,
): PlanContext {
  if (!recipient) return { acceptedAtMs, timeZone };
  return { acceptedAtMs, timeZone: recipient.timeZone ?? timeZone, dates: { ...recipient.dates } };
}

export interface NewReminder {
  tenant: Tenant;
  id: string;
  /** Default: its id. */
  series?: string;
  campaignId?: string;
  spec: ReminderSpec;
  recipient: Recipient | null;
  first: Occurrence | null;
  nowMs: number;
}

/** A reminder before its first promotion. */
export function newReminder(
  deps: Pick<EngineDeps, "channels">,
  { tenant, id, series = id, campaignId, spec, recipient, first, nowMs }: NewReminder,
): Reminder {
  return {
    tenantId: tenant.id,
    id,
    state: "active",
    version: 1,
    epoch: 0,
    series,
    recipientId: recipient?.id ?? null,
    campaignId: campaignId ?? null,
    rung: 0,
    timeZone: recipient?.timeZone ?? tenant.timeZone,
    spec: { ...spec, ...plannedPart(deps, recipient, spec) },
    next: first,
    skips: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** What a spec says of the recipient that it is planned with; nothing for a bare address or endpoint. */
export function plannedPart(
  deps: Pick<EngineDeps, "channels">,
  recipient: Recipient | null,
  { target, schedule }: { target: Target; schedule: Schedule },
): { planned?: PlannedWith } {
  if (!recipient || !isRecipientTarget(target)) return {};
  return { planned: plannedWith(deps, recipient, { target, schedule }) };
}
