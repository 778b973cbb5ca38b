import { type Campaign, campaignSeries } from "../domain/campaign.ts";
import { campaignReminderId } from "../domain/ids.ts";
import type { Recipient } from "../domain/recipient.ts";
import { planContextOf, type Reminder, type ReminderSpec } from "../domain/reminder.ts";
import type { Acceptance } from "../store/store.ts";
import { type Occurrence, planOf } from "../time/schedule.ts";
import type { Tenant } from "./engine.ts";
import { newReminder, plannedPart } from "./new-reminder.ts";
import type { EngineDeps } from "./ports.ts";
import { promoteReminder } from "./promote.ts";
import { firstUnsent } from "./replan.ts";

/** The reminder that a campaign keeps for a recipient says what the campaign says, which is kept there. */
export function campaignReminderSpec(
  deps: Pick<EngineDeps, "channels">,
  { spec, revision }: Campaign,
  recipient: Recipient,
): ReminderSpec {
  const { schedule, anchorMs, policy, channels, mode, endpoint } = spec;
  const ways = {
    ...(channels ? { channels } : {}),
    ...(mode ? { mode } : {}),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const target = { recipient: recipient.id, ...ways };
  return {
    schedule,
    anchorMs,
    target,
    content: {},
    policy,
    metadata: {},
    campaignRevision: revision,
    ...plannedPart(deps, recipient, { target, schedule }),
  };
}

export interface CampaignReminder {
  tenant: Tenant;
  campaign: Campaign;
  recipient: Recipient;
  /** What it was before it left, if it has been there. */
  previous: Reminder | null;
  nowMs: number;
  /** At most so many occurrences become deliveries at once. */
  limit: number;
}

/** The reminder of one who has none, with what is due soon; null: the rule has nothing to come for them. */
export async function newCampaignReminder(
  deps: EngineDeps,
  { tenant, campaign, recipient, previous, nowMs, limit }: CampaignReminder,
): Promise<Acceptance | null> {
  const rests = campaign.state === "paused";
  const spec = campaignReminderSpec(deps, campaign, recipient);
  const fresh = newReminder(deps, {
    tenant,
    id: campaignReminderId(tenant.id, campaign.id, recipient.id),
    series: campaignSeries(campaign.id, recipient.id),
    campaignId: campaign.id,
    spec: rests ? { ...spec, restsWithCampaign: true } : spec,
    recipient,
    first: null,
    nowMs,
  });
  const reminder: Reminder = { ...fresh, ...placeAfter(previous), state: rests ? "paused" : "active" };
  const first = firstFor(reminder, campaign, recipient);
  const next = previous ? await firstUnsent(deps, reminder, { from: first, nowMs }) : first;
  if (next === null) return null;
  if (rests) return { reminder: { ...reminder, next }, deliveries: [] };
  const promoted = promoteReminder(deps, { ...reminder, next }, { nowMs, limit });
  const { deliveries, rung } = promoted;
  return { reminder: { ...reminder, next: promoted.next, rung }, deliveries };
}

/** One that was there goes on as the same. From the epoch 1 on, what was sent once is looked for at every ring. */
function placeAfter(previous: Reminder | null): Partial<Reminder> {
  if (!previous) return { epoch: 1 };
  const { version, epoch, rung, skips, createdAtMs } = previous;
  return { version: version + 1, epoch: epoch + 1, rung, skips, createdAtMs };
}

/**
 * Where the rule begins for a recipient: with the campaign, or with the change that made them match. However
 * late they are looked at, nothing that is due from then on is left out.
 */
export function firstFor(
  reminder: Reminder,
  { spec: { sinceMs } }: Campaign,
  { updatedAtMs }: Recipient,
): Occurrence | null {
  const plan = planOf(reminder.spec.schedule, planContextOf(reminder));
  return plan.next(Math.max(sinceMs, updatedAtMs) - 1);
}
