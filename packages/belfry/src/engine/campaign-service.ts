import { isDeepStrictEqual } from "node:util";
import { type Campaign, type CampaignSpec, type CampaignWalk, campaignAfter } from "../domain/campaign.ts";
import { ConflictError } from "../domain/errors.ts";
import { createCampaignPreviews } from "./campaign-preview.ts";
import { readCampaign, readCampaignPatch } from "./campaign-spec.ts";
import type { CampaignChanged, CampaignOptions, Campaigns } from "./campaigns.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";

/** Changes that others make at once are waited out so many times. */
const MOST_TRIES = 10;

/** From the first recipient on. */
const FROM_THE_START: CampaignWalk = { after: "", lookedAt: 0, matched: 0 };

/** Nobody: an id of no recipient comes before all of them. */
const BEFORE_ALL = "";

/**
 * Making and changing campaigns. A change is one small write; that all reminders follow is the walk's part, in
 * the background.
 *
 * @param onWalk told when there is something to walk over
 */
export function createCampaignService(deps: EngineDeps, onWalk: () => void): Campaigns {
  const change = createChange(deps, onWalk);
  const now = (): number => Math.floor(deps.clock.now());
  return {
    createCampaign: async (tenant, request, receiptOf) => {
      const nowMs = now();
      const spec = await readCampaign(deps, request, { tenant, nowMs, what: "create the campaign" });
      const campaign: Campaign = {
        tenantId: tenant.id,
        id: deps.ids.next("cmp"),
        state: "active",
        revision: 1,
        spec,
        walk: FROM_THE_START,
        trigger: null,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      };
      await deps.store.createCampaign(campaign, receiptOf?.(campaign));
      onWalk();
      return campaign;
    },
    editCampaign: (tenant, id, patch, options) =>
      change({ tenant, id, options, event: "edit" }, async (before) => {
        const nowMs = now();
        const reading = { tenant, nowMs, what: "change the campaign" };
        const spec = await readCampaignPatch(deps, { before: before.spec, patch }, reading);
        return isDeepStrictEqual(spec, before.spec) ? null : withSpec(before, spec, nowMs);
      }),
    pauseCampaign: (tenant, id, options) =>
      change({ tenant, id, options, event: "pause" }, async (before) => {
        const { missed: _, ...spec } = before.spec;
        return before.state === "paused"
          ? null
          : { ...before, spec, state: "paused", ...walked(before, now()) };
      }),
    resumeCampaign: (tenant, id, options) =>
      change({ tenant, id, options, event: "resume" }, async (before) => {
        if (before.state === "active") return null;
        const missed = options?.missed === undefined ? {} : { missed: options.missed };
        const nowMs = now();
        const spec = { ...before.spec, ...missed, sinceMs: sinceOf(before, nowMs) };
        return { ...before, spec, state: "active", ...walked(before, nowMs) };
      }),
    stopCampaign: (tenant, id, options) =>
      change({ tenant, id, options, event: "stop" }, async (before) =>
        before.state === "stopped"
          ? null
          : { ...before, state: "stopped", trigger: null, ...walked(before, now()) },
      ),
    triggerCampaign: (tenant, id, { key, ...options }) =>
      change({ tenant, id, options, event: "trigger" }, async (before) => {
        const trigger = { key, atMs: now(), after: BEFORE_ALL, rung: 0 };
        return { ...before, trigger, revision: before.revision };
      }),
    ...createCampaignPreviews(deps),
  };
}

/** What only says something else is read when it is sent; all else has the reminders planned anew. */
const SAID_ONCE: ReadonlySet<string> = new Set(["name", "content", "metadata", "eventsWithinMs"]);

function withSpec(before: Campaign, spec: CampaignSpec, nowMs: number): Campaign {
  const planned = ({ spec: all }: Pick<Campaign, "spec">) =>
    Object.entries(all)
      .filter(([name]) => !SAID_ONCE.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  const revision = before.revision + 1;
  if (isDeepStrictEqual(planned({ spec }), planned(before)))
    return { ...before, spec, revision, updatedAtMs: nowMs };
  const isOtherRule = !isDeepStrictEqual(spec.schedule, before.spec.schedule);
  const sinceMs = isOtherRule ? nowMs : sinceOf(before, nowMs);
  return { ...before, spec: { ...spec, sinceMs }, ...walked(before, nowMs) };
}

/** Those that a walk has not come to yet still begin where it began. */
function sinceOf({ walk, spec }: Campaign, nowMs: number): number {
  return walk.after === null ? nowMs : spec.sinceMs;
}

function walked({ revision }: Campaign, nowMs: number): Pick<Campaign, "revision" | "walk" | "updatedAtMs"> {
  return { revision: revision + 1, walk: FROM_THE_START, updatedAtMs: nowMs };
}

interface Asked {
  tenant: Tenant;
  id: string;
  options: CampaignOptions | undefined;
  /** As the state machine names it; a trigger is for active ones alone, and moves nothing. */
  event: "edit" | "pause" | "resume" | "stop" | "trigger";
}

/** Null: there is nothing to change. */
type Propose = (before: Campaign) => Promise<Campaign | null>;

function createChange({ store }: EngineDeps, onWalk: () => void) {
  return async ({ tenant, id, options = {}, event }: Asked, propose: Propose): Promise<CampaignChanged> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const before = await store.findCampaign(tenant.id, id);
      if (!before) return { kind: "missing" };
      const { revision, state } = before;
      if (options.ifRevision && !options.ifRevision.includes(revision)) return { kind: "stale", revision };
      const isAllowed = event === "trigger" ? state === "active" : campaignAfter(event, state) !== null;
      if (!isAllowed) return { kind: "refused", state };
      if (event === "trigger" && before.trigger !== null) return { kind: "ringing" };
      const campaign = await propose(before);
      if (!campaign) return { kind: "changed", campaign: before };
      const receipt = options.receiptOf?.(campaign);
      const write = { campaign, fromRevision: revision, ...(receipt ? { receipt } : {}) };
      if (!(await store.writeCampaign(write))) continue;
      onWalk();
      return { kind: "changed", campaign };
    }
    const message = "Cannot change the campaign: others change it at this moment; try again";
    throw new ConflictError("campaign_changed", message);
  };
}
