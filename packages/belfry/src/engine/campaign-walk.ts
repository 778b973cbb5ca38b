import type { Campaign } from "../domain/campaign.ts";
import { campaignReminderId } from "../domain/ids.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { RingResult } from "../store/store.ts";
import { matches, type StepRecipients } from "./campaign-step.ts";
import type { Cancelling } from "./cancel.ts";
import { inChunks } from "./chunks.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { missingDate } from "./recipient-plan.ts";
import type { RingByHand } from "./reminder-changes.ts";

/** Recipients, or reminders, that are looked at before it is noted how far the walk has come. */
const PAGE = 200;

/** Reminders that are cancelled, or rung, at once. */
const TOGETHER = 20;

const STOPPED = "the campaign was stopped";

export interface CampaignWalkParts {
  step: StepRecipients;
  cancel: Cancelling;
  ring: (tenant: Tenant, request: RingByHand) => Promise<RingResult>;
}

/**
 * `on`: there may be more; `done`: nothing is left to be walked over now; `lost`: another walks over it at this
 * moment, or it was changed.
 */
export type Walked = "on" | "done" | "lost";

/** Goes one page further over the recipients of a campaign; how far it has come is on disk then. */
export type WalkOn = (tenant: Tenant, campaign: Campaign) => Promise<Walked>;

export function createCampaignWalk(deps: EngineDeps, parts: CampaignWalkParts): WalkOn {
  return async (tenant, campaign) => {
    const { walk, trigger, state } = campaign;
    const next = await goOn({ deps, parts }, tenant, campaign);
    if (next === null) return "done";
    if (!(await deps.store.advanceCampaign(next, { walk, trigger }))) return "lost";
    const isLeft = next.walk.after !== null || (next.trigger !== null && state === "active");
    return isLeft ? "on" : "done";
  };
}

interface World {
  deps: EngineDeps;
  parts: CampaignWalkParts;
}

/** The campaign with its walks one page further; null: there is none. What is to be rung waits for its reminders. */
function goOn(world: World, tenant: Tenant, campaign: Campaign): Promise<Campaign | null> {
  const { walk, trigger, state } = campaign;
  if (walk.after !== null)
    return state === "stopped"
      ? stopPage(world, tenant, campaign, walk.after)
      : stepPage(world, tenant, campaign, walk.after);
  return trigger !== null && state === "active" ? ringPage(world, tenant, campaign) : Promise.resolve(null);
}

async function stepPage(
  { deps, parts }: World,
  tenant: Tenant,
  campaign: Campaign,
  after: string,
): Promise<Campaign> {
  const recipients = await deps.store.walkRecipients(tenant.id, after, PAGE);
  const matched = await parts.step({ tenant, campaign, recipients });
  const { walk } = campaign;
  return {
    ...campaign,
    walk: {
      after: placeAfter(recipients),
      lookedAt: walk.lookedAt + recipients.length,
      matched: walk.matched + matched,
    },
  };
}

/** Null: it has been round. */
function placeAfter(page: readonly { id: string }[]): string | null {
  return page.length < PAGE ? null : (page.at(-1)?.id ?? null);
}

async function stopPage(
  { deps, parts }: World,
  tenant: Tenant,
  campaign: Campaign,
  afterId: string,
): Promise<Campaign> {
  const owner = { tenantId: tenant.id, campaignId: campaign.id, afterId, limit: PAGE };
  const reminders = await deps.store.findRemindersOf(owner);
  for (const some of inChunks(reminders, TOGETHER))
    await Promise.all(some.map(({ id }) => parts.cancel(tenant.id, id, { reason: STOPPED })));
  const { walk } = campaign;
  const lookedAt = walk.lookedAt + reminders.length;
  return { ...campaign, walk: { after: placeAfter(reminders), lookedAt, matched: 0 } };
}

async function ringPage(world: World, tenant: Tenant, campaign: Campaign): Promise<Campaign> {
  const { trigger } = campaign;
  if (trigger === null) return campaign;
  const recipients = await world.deps.store.walkRecipients(tenant.id, trigger.after, PAGE);
  const { schedule } = campaign.spec;
  const some = recipients.filter(
    (recipient) => matches(campaign, recipient) && missingDate(schedule, recipient) === null,
  );
  let { rung } = trigger;
  for (const together of inChunks(some, TOGETHER)) {
    const results = await Promise.all(
      together.map((recipient) => ringOne(world, tenant, campaign, recipient)),
    );
    rung += results.filter((isRung) => isRung).length;
  }
  const after = placeAfter(recipients);
  return { ...campaign, trigger: after === null ? null : { ...trigger, after, rung } };
}

async function ringOne(
  { parts }: World,
  tenant: Tenant,
  { id, trigger }: Campaign,
  recipient: Recipient,
): Promise<boolean> {
  if (trigger === null) return false;
  const reminderId = campaignReminderId(tenant.id, id, recipient.id);
  const request = { reminderId, kind: "trigger", key: trigger.key, atMs: trigger.atMs } as const;
  return (await parts.ring(tenant, request)).kind === "rung";
}
