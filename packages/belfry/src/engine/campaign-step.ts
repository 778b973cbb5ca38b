import { type Campaign, isMeant } from "../domain/campaign.ts";
import { ConflictError } from "../domain/errors.ts";
import { campaignReminderId } from "../domain/ids.ts";
import type { Recipient } from "../domain/recipient.ts";
import { canReminder, type Reminder } from "../domain/reminder.ts";
import type { CampaignBasis, CampaignKeep, FoundReminder } from "../store/store.ts";
import { type AcceptanceEvents, announce } from "./accept.ts";
import { inStepWith } from "./campaign-in-step.ts";
import { newCampaignReminder } from "./campaign-reminder.ts";
import type { Cancelling } from "./cancel.ts";
import type { Changing } from "./change.ts";
import { inChunks } from "./chunks.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { ringLimit } from "./promote.ts";
import { movingWith } from "./recipient-move.ts";
import { missingDate } from "./recipient-plan.ts";
import { createPiece, turn } from "./turn.ts";

/** Reminders that are planned in one piece at most. */
const PLANNED_TOGETHER = 25;

/** Reminders that are stored in one commit, and changes that are made at once. */
const KEPT_TOGETHER = 50;
const CHANGED_TOGETHER = 20;

/** Campaign and recipient may be changed by others at every moment; hardly so often. */
const MOST_TRIES = 10;

/** What became of what a reminder rang of late must be known for so long: zones are 26 hours apart. */
const RECENTLY_MS = 2 * 86_400_000;

const LEFT = "the recipient is no longer in the campaign's audience";
const WITHOUT_DATE = "the recipient lacks the date that the campaign reads";

export interface CampaignStepParts {
  change: Changing;
  cancel: Cancelling;
  events: AcceptanceEvents;
}

export interface CampaignStep {
  tenant: Tenant;
  campaign: Campaign;
  recipients: readonly Recipient[];
}

/** Brings the reminders of some recipients in step with a campaign; resolves with how many of them match. */
export type StepRecipients = (step: CampaignStep) => Promise<number>;

/**
 * Each recipient that matches has one reminder, whose id follows from campaign and recipient. It is made, changed
 * or cancelled only while both are still what that was decided from; else it is decided anew.
 */
export function createCampaignStep(deps: EngineDeps, parts: CampaignStepParts): StepRecipients {
  const world = { deps, parts };
  return async (step) => {
    const again = await stepOnce(world, step);
    for (const recipientId of again) await stepUntilDone(world, step, recipientId);
    return step.recipients.filter((recipient) => matches(step.campaign, recipient)).length;
  };
}

interface World {
  deps: EngineDeps;
  parts: CampaignStepParts;
}

/** Whether a campaign means a recipient. */
export function matches({ state, spec }: Campaign, recipient: Recipient): boolean {
  return state !== "stopped" && isMeant(spec.audience, recipient);
}

async function stepUntilDone(world: World, { tenant, campaign }: CampaignStep, id: string): Promise<void> {
  const { store } = world.deps;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const recipient = await store.findRecipient(tenant.id, id);
    const now = await store.findCampaign(tenant.id, campaign.id);
    // Who deletes a recipient cancels all of their reminders.
    if (!recipient || !now) return;
    const again = await stepOnce(world, { tenant, campaign: now, recipients: [recipient] });
    if (again.length === 0) return;
    await turn();
  }
  const message = `Cannot follow the recipient "${id}" in the campaign: others change it at this moment`;
  throw new ConflictError("campaign_changed", message);
}

/** Resolves with those that were changed meanwhile, by others. */
async function stepOnce(world: World, step: CampaignStep): Promise<string[]> {
  const { tenant, campaign, recipients } = step;
  const idOf = ({ id }: Recipient) => campaignReminderId(tenant.id, campaign.id, id);
  const found = await world.deps.store.findReminders(tenant.id, recipients.map(idOf));
  const known = new Map(found.map((one) => [one.reminder.id, one]));
  const keeps: CampaignKeep[] = [];
  const work: (() => Promise<string | null>)[] = [];
  let isLong = createPiece(world.deps.clock);
  for (const [index, recipient] of recipients.entries()) {
    const one = known.get(idOf(recipient));
    if (one?.isHot) work.push(() => changeOne(world, step, { recipient, reminder: one.reminder }));
    else keeps.push(...(await keepFor(world, step, { recipient, past: one })));
    if (!isLong() && index % PLANNED_TOGETHER !== PLANNED_TOGETHER - 1) continue;
    await turn();
    isLong = createPiece(world.deps.clock);
  }
  const again = [...(await keepAll(world, tenant.id, keeps))];
  for (const some of inChunks(work, CHANGED_TOGETHER)) {
    const done = await Promise.all(some.map((change) => change()));
    again.push(...done.filter((id) => id !== null));
    await turn();
  }
  return again;
}

async function keepFor(
  { deps }: World,
  { tenant, campaign }: CampaignStep,
  { recipient, past }: { recipient: Recipient; past: FoundReminder | undefined },
): Promise<CampaignKeep[]> {
  if (!matches(campaign, recipient) || missingDate(campaign.spec.schedule, recipient) !== null) return [];
  const made = await newCampaignReminder(deps, {
    tenant,
    campaign,
    recipient,
    previous: past?.reminder ?? null,
    nowMs: Math.floor(deps.clock.now()),
    limit: ringLimit(KEPT_TOGETHER),
  });
  return made ? [{ ...made, basis: basisOf(campaign, recipient) }] : [];
}

function basisOf(campaign: Campaign, recipient: Recipient): CampaignBasis {
  const { id: campaignId, revision: campaignRevision } = campaign;
  const { id: recipientId, revision: recipientRevision } = recipient;
  return { campaignId, campaignRevision, recipientId, recipientRevision };
}

async function keepAll(
  { deps, parts }: World,
  tenantId: string,
  keeps: readonly CampaignKeep[],
): Promise<string[]> {
  const again: string[] = [];
  for (const some of inChunks(keeps, KEPT_TOGETHER)) {
    const nowMs = Math.floor(deps.clock.now());
    const request = { tenantId, keeps: some, spentFromMs: nowMs - RECENTLY_MS, nowMs };
    const results = await deps.store.keepReminders(request);
    announce(
      deps,
      some.filter((_, index) => results[index] === "kept"),
      parts.events,
    );
    again.push(...some.filter((_, index) => results[index] !== "kept").map(({ basis }) => basis.recipientId));
    await turn();
  }
  return again;
}

/** The recipient's id if another was faster. */
async function changeOne(
  world: World,
  step: CampaignStep,
  member: { recipient: Recipient; reminder: Reminder },
): Promise<string | null> {
  const { tenant, campaign } = step;
  const { recipient, reminder } = member;
  const why = reasonToEnd(campaign, member);
  if (why !== null) return endOne(world, step, { ...member, why });
  const { planned } = reminder.spec;
  if (planned?.waitsFor !== undefined) return null;
  const { change } = world.parts;
  const asked = { tenant, id: reminder.id };
  try {
    const isOpen = canReminder("edit", reminder.state);
    if (isOpen && planned?.epoch !== recipient.epoch) await change(asked, movingWith(world.deps, recipient));
    if (missingDate(campaign.spec.schedule, recipient) !== null) return null;
    const changed = await change(asked, inStepWith(world.deps, { campaign, recipient }));
    // It may have finished, and left, between being read and being changed.
    return changed.kind === "changed" ? null : recipient.id;
  } catch (error) {
    if (error instanceof ConflictError && error.code === "reminder_changed") return recipient.id;
    throw error;
  }
}

/** Null: it stays. */
function reasonToEnd(
  campaign: Campaign,
  { recipient, reminder }: { recipient: Recipient; reminder: Reminder },
): string | null {
  if (!matches(campaign, recipient)) return LEFT;
  const isBehind = (reminder.spec.campaignRevision ?? 0) < campaign.revision;
  const isWithoutDate = missingDate(campaign.spec.schedule, recipient) !== null;
  // One that the campaign was not changed for waits for its date where it stands.
  return isBehind && isWithoutDate ? WITHOUT_DATE : null;
}

async function endOne(
  { parts }: World,
  { tenant, campaign }: CampaignStep,
  { recipient, reminder, why }: { recipient: Recipient; reminder: Reminder; why: string },
): Promise<string | null> {
  if (!canReminder("cancel", reminder.state)) return null;
  const condition = { basis: basisOf(campaign, recipient), reason: why };
  const result = await parts.cancel(tenant.id, reminder.id, condition);
  return result?.kind === "stale" ? recipient.id : null;
}
