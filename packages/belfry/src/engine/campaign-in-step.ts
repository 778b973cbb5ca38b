import { isDeepStrictEqual } from "node:util";
import type { Campaign } from "../domain/campaign.ts";
import { isByHand } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import { canReminder, type Reminder, type ReminderSpec } from "../domain/reminder.ts";
import { campaignReminderSpec, firstFor } from "./campaign-reminder.ts";
import type { ChangeKindOf, Proposal, ProposedChange, Standing } from "./change.ts";
import { following } from "./follow.ts";
import { pausing, resuming } from "./pause.ts";
import type { EngineDeps } from "./ports.ts";
import { moved } from "./recipient-move.ts";
import { changedFrom, firstUnsent, planRule, rungBefore, spentFromMs } from "./replan.ts";

const REASON = "the campaign was changed";
const UNCHANGED: Proposal = { kind: "unchanged" };

export interface CampaignMember {
  campaign: Campaign;
  recipient: Recipient;
}

/** Plans a reminder anew as its campaign is now; one that is over comes back. */
export function inStepWith(deps: EngineDeps, member: CampaignMember): ChangeKindOf {
  return {
    event: "edit",
    what: "edited",
    revives: true,
    propose: (standing) => proposeFor(deps, standing, member),
  };
}

async function proposeFor(deps: EngineDeps, standing: Standing, member: CampaignMember): Promise<Proposal> {
  const { spec, state } = standing.reminder;
  const { campaign, recipient } = member;
  // Another knows the campaign as it is after this one, or the recipient is still to be followed.
  if ((spec.campaignRevision ?? 0) > campaign.revision || spec.planned?.waitsFor !== undefined)
    return UNCHANGED;
  if (spec.planned?.epoch !== recipient.epoch && canReminder("edit", state)) return UNCHANGED;
  const rests = campaign.state === "paused";
  const fresh = campaignReminderSpec(deps, campaign, recipient);
  if (!canReminder("edit", state))
    return comeBack(deps, standing, { ...member, fresh: marked(fresh, rests) });
  const isRested = spec.restsWithCampaign === true;
  // Whoever paused it besides the campaign is to resume it.
  const goesOn = state === "active" || isRested;
  const wanted = marked(keepingMissed(fresh, spec), rests && goesOn);
  const isRescheduled = !isDeepStrictEqual([fresh.schedule, fresh.anchorMs], [spec.schedule, spec.anchorMs]);
  if (isRescheduled) return rescheduled(deps, standing, { ...member, wanted, isActive: goesOn && !rests });
  const asWanted = { ...standing, reminder: { ...standing.reminder, spec: wanted } };
  if (rests && state === "active") return pausing(deps).propose(asWanted);
  if (!rests && isRested) return resuming(deps, campaign.spec.missed).propose(asWanted);
  return isDeepStrictEqual(wanted, spec) ? UNCHANGED : sameInstants(deps, standing, wanted);
}

function marked(spec: ReminderSpec, rests: boolean): ReminderSpec {
  const { restsWithCampaign: _, ...others } = spec;
  return rests ? { ...others, restsWithCampaign: true } : others;
}

/** What a resume said is left of what was missed goes on to hold. */
function keepingMissed(fresh: ReminderSpec, { missed }: ReminderSpec): ReminderSpec {
  return missed === undefined ? fresh : { ...fresh, missed };
}

function sameInstants(deps: EngineDeps, { reminder, open, nowMs }: Standing, spec: ReminderSpec): Proposal {
  const after = changedFrom(reminder, nowMs, { spec });
  const deliveries = following(deps, after)(open);
  const parts = { movesInstants: false, reason: REASON, spentFromMs: spentFromMs(reminder, nowMs) };
  return { kind: "change", change: { kind: "changed", reminder: after, deliveries, ...parts } };
}

interface Rescheduled extends CampaignMember {
  wanted: ReminderSpec;
  isActive: boolean;
}

/** A year stays the same year at whatever time it rings; any other rule begins anew. */
async function rescheduled(
  deps: EngineDeps,
  standing: Standing,
  { wanted, isActive, ...member }: Rescheduled,
): Promise<Proposal> {
  const { reminder, nowMs } = standing;
  const { missed: _, ...spec } = wanted;
  const after = changedFrom(reminder, nowMs, { spec, state: isActive ? "active" : "paused" });
  const isYearly = "yearly" in wanted.schedule && "yearly" in reminder.spec.schedule;
  const change = isYearly
    ? await moved(deps, standing, after, REASON)
    : await begunAnew(deps, standing, { after, member });
  return { kind: "change", change };
}

async function comeBack(
  deps: EngineDeps,
  standing: Standing,
  { fresh, ...member }: CampaignMember & { fresh: ReminderSpec },
): Promise<Proposal> {
  const { reminder, tenant, nowMs } = standing;
  const timeZone = member.recipient.timeZone ?? tenant.timeZone;
  const state = fresh.restsWithCampaign ? "paused" : "active";
  const after = changedFrom(reminder, nowMs, { spec: fresh, timeZone, state });
  const change = await begunAnew(deps, standing, { after, member });
  const isAnythingLeft = change.reminder.next !== null || change.deliveries.length > 0;
  return isAnythingLeft ? { kind: "change", change } : UNCHANGED;
}

async function begunAnew(
  deps: EngineDeps,
  { reminder, open, nowMs }: Standing,
  { after, member: { campaign, recipient } }: { after: Reminder; member: CampaignMember },
): Promise<ProposedChange> {
  const parts = { kind: "changed", reason: REASON, spentFromMs: spentFromMs(reminder, nowMs) } as const;
  const byHand = following(deps, after)(open.filter(isByHand));
  const from = await firstUnsent(deps, after, { from: firstFor(after, campaign, recipient), nowMs });
  const before = rungBefore(reminder, open);
  if (after.state === "paused") {
    const paused = { ...after, next: from, rung: before };
    return { ...parts, reminder: paused, deliveries: byHand, movesInstants: true };
  }
  const { catchUp } = after.spec.policy;
  const { deliveries, next, rung } = planRule(deps, after, { from, nowMs, catchUp, rung: before });
  const unsent = await firstUnsent(deps, after, { from: next, nowMs });
  const planned = { ...after, next: unsent, rung };
  return { ...parts, reminder: planned, deliveries: [...byHand, ...deliveries], movesInstants: true };
}
