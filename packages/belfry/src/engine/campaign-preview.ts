import type { Campaign, CampaignSpec } from "../domain/campaign.ts";
import type { Recipient } from "../domain/recipient.ts";
import { type Occurrence, type PlanContext, planOf } from "../time/schedule.ts";
import { type ClockChange, clockChangesIn } from "./campaign-clock-changes.ts";
import { readingContext } from "./campaign-schedule.ts";
import { readCampaign } from "./campaign-spec.ts";
import { matches } from "./campaign-step.ts";
import type { Campaigns } from "./campaigns.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { missingDate, plannedWith, readsDate } from "./recipient-plan.ts";
import { createPiece, turn } from "./turn.ts";

/** Recipients that one preview looks at: a second or two. */
const MOST_LOOKED_AT = 100_000;
const PAGE = 500;

/** What a campaign does, or would do. */
export interface CampaignPreview {
  /** The rule in words. */
  text: string;
  /** How many match. */
  recipients: number;
  lookedAt: number;
  /** False: there are more recipients than a preview looks at. */
  isComplete: boolean;
  /** Those of them that lack the date which the rule reads: they get nothing until they have it. */
  withoutDate: number;
  /** Those that have no usable address on any of its channels. */
  unreachable: number;
  /** Those for whom the rule has nothing to come. */
  over: number;
  /** The soonest first. */
  upcoming: PreviewedOccurrence[];
  /** Those with most recipients first. */
  timeZones: PreviewedZone[];
}

/** An occurrence that so many recipients of a zone have together. */
export interface PreviewedOccurrence {
  occurrence: Occurrence;
  timeZone: string;
  recipients: number;
}

export interface PreviewedZone {
  timeZone: string;
  recipients: number;
  /** The soonest in it. */
  next: Occurrence | null;
  /** Of the next twelve months. */
  clockChanges: ClockChange[];
}

type Previews = Pick<Campaigns, "previewCampaign" | "previewOfCampaign">;

export function createCampaignPreviews(deps: EngineDeps): Previews {
  return {
    previewCampaign: async (tenant, request, count) => {
      const nowMs = Math.floor(deps.clock.now());
      const spec = await readCampaign(deps, request, { tenant, nowMs, what: "preview the campaign" });
      return preview(deps, { tenant, spec, state: "active", count });
    },
    previewOfCampaign: async (tenant, id, count) => {
      const campaign = await deps.store.findCampaign(tenant.id, id);
      return campaign && preview(deps, { tenant, ...campaign, count });
    },
  };
}

interface Previewed extends Pick<Campaign, "spec" | "state"> {
  tenant: Tenant;
  count: number;
}

/** Recipients for whom the rule rings at the same instants. */
export interface Alike {
  context: PlanContext;
  recipients: number;
}

interface Counted {
  groups: Map<string, Alike>;
  recipients: number;
  lookedAt: number;
  isComplete: boolean;
  withoutDate: number;
  unreachable: number;
}

async function preview(deps: EngineDeps, previewed: Previewed): Promise<CampaignPreview> {
  const { groups, ...counts } = await count(deps, previewed);
  const { spec, tenant } = previewed;
  const nowMs = Math.floor(deps.clock.now());
  const found = await occurrencesOf(deps, previewed, groups);
  const ringing = [...groups.values()].filter((group) => found.has(group));
  const over = [...groups.values()].reduce(
    (sum, group) => sum + (found.has(group) ? 0 : group.recipients),
    0,
  );
  return {
    text: textOf(spec, tenant),
    ...counts,
    over,
    upcoming: together(found).slice(0, previewed.count),
    timeZones: zonesOf(spec, { groups: ringing, found, nowMs }),
  };
}

/** Looks at all recipients, page by page, and tells those apart for whom the rule rings at other instants. */
async function count({ store, channels }: EngineDeps, { tenant, spec, state }: Previewed): Promise<Counted> {
  const counted = { recipients: 0, lookedAt: 0, isComplete: true, withoutDate: 0, unreachable: 0 };
  const groups = new Map<string, Alike>();
  for (let after = ""; ; ) {
    const page = await store.walkRecipients(tenant.id, after, PAGE);
    for (const recipient of page) {
      counted.lookedAt += 1;
      if (!matches({ spec, state } as Campaign, recipient)) continue;
      counted.recipients += 1;
      if (!isReachable({ channels }, spec, recipient)) counted.unreachable += 1;
      if (missingDate(spec.schedule, recipient) !== null) counted.withoutDate += 1;
      else addTo(groups, contextOf(spec, tenant, recipient));
    }
    const last = page.at(-1);
    if (page.length < PAGE || !last) return { groups, ...counted };
    if (counted.lookedAt >= MOST_LOOKED_AT) return { groups, ...counted, isComplete: false };
    after = last.id;
    await turn();
  }
}

function isReachable(
  deps: Pick<EngineDeps, "channels">,
  { channels, schedule, endpoint }: CampaignSpec,
  recipient: Recipient,
): boolean {
  if (endpoint !== undefined) return true;
  const target = { recipient: recipient.id, ...(channels ? { channels } : {}) };
  const { ways } = plannedWith(deps, recipient, { target, schedule });
  return ways.some(({ destination }) => destination !== "refused");
}

function contextOf(
  { schedule, anchorMs }: CampaignSpec,
  tenant: Tenant,
  { timeZone, dates }: Recipient,
): PlanContext {
  const context = { acceptedAtMs: anchorMs, timeZone: timeZone ?? tenant.timeZone };
  if (!("yearly" in schedule) || typeof schedule.yearly.on === "string") return context;
  // The year of birth has no part in when it rings.
  const day = dates[schedule.yearly.on.recipientDate]?.slice(-"03-15".length);
  return readingContext(schedule, context, `--${day}`);
}

function addTo(groups: Map<string, Alike>, context: PlanContext): void {
  const key = JSON.stringify([context.timeZone, context.dates]);
  const group = groups.get(key) ?? { context, recipients: 0 };
  group.recipients += 1;
  groups.set(key, group);
}

type Found = Map<Alike, Occurrence[]>;

/** The next occurrences of each group that has any. Those of one day a year have their turn once. */
async function occurrencesOf(
  { clock }: EngineDeps,
  { spec, state, count: wanted }: Previewed,
  groups: ReadonlyMap<string, Alike>,
): Promise<Found> {
  const found: Found = new Map();
  if (state === "stopped") return found;
  const nowMs = Math.floor(clock.now());
  const many = readsDate(spec.schedule) ? 1 : wanted;
  let isLong = createPiece(clock);
  for (const group of groups.values()) {
    const plan = planOf(spec.schedule, group.context);
    const some: Occurrence[] = [];
    for (let next = plan.next(nowMs); next !== null && some.length < many; next = plan.next(next.dueMs))
      some.push(next);
    if (some.length > 0) found.set(group, some);
    if (!isLong()) continue;
    await turn();
    isLong = createPiece(clock);
  }
  return found;
}

/** What rings in one zone at one instant, soonest first. */
function together(found: Found): PreviewedOccurrence[] {
  const byPlace = new Map<string, PreviewedOccurrence>();
  for (const [{ context, recipients }, occurrences] of found) {
    for (const occurrence of occurrences) {
      const key = `${occurrence.dueMs} ${context.timeZone}`;
      const known = byPlace.get(key);
      if (known) known.recipients += recipients;
      else byPlace.set(key, { occurrence, timeZone: context.timeZone, recipients });
    }
  }
  return [...byPlace.values()].sort(
    (a, b) => a.occurrence.dueMs - b.occurrence.dueMs || (a.timeZone < b.timeZone ? -1 : 1),
  );
}

function zonesOf(
  { schedule }: CampaignSpec,
  { groups, found, nowMs }: { groups: readonly Alike[]; found: Found; nowMs: number },
): PreviewedZone[] {
  const byZone = Map.groupBy(groups, ({ context }) => context.timeZone);
  return [...byZone]
    .map(([timeZone, some]) => ({
      timeZone,
      recipients: some.reduce((sum, { recipients }) => sum + recipients, 0),
      next: soonestOf(some.flatMap((group) => found.get(group) ?? [])),
      clockChanges: clockChangesIn(schedule, { groups: some, nowMs }),
    }))
    .sort((a, b) => b.recipients - a.recipients || (a.timeZone < b.timeZone ? -1 : 1));
}

function soonestOf(occurrences: readonly Occurrence[]): Occurrence | null {
  return occurrences.reduce<Occurrence | null>(
    (soonest, one) => (soonest !== null && soonest.dueMs <= one.dueMs ? soonest : one),
    null,
  );
}

/** A rule that floats is read in a zone of which its words say nothing yet. */
function textOf({ schedule, anchorMs }: CampaignSpec, { timeZone }: Tenant): string {
  if ("yearly" in schedule && typeof schedule.yearly.on !== "string") {
    const { on, time } = schedule.yearly;
    const where = schedule.timeZone ?? "each in their own zone";
    return `every year on the recipient's ${on.recipientDate} at ${time}, ${where}`;
  }
  const plan = planOf(schedule, { acceptedAtMs: anchorMs, timeZone });
  return plan.floating ? plan.text.replace(`, ${timeZone}`, ", each in their own zone") : plan.text;
}
