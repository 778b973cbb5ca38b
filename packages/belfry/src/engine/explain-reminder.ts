import type { Delivery, SettledState } from "../domain/delivery.ts";
import type { Outlook, ReminderExplained } from "../domain/explanation.ts";
import type { Reminder } from "../domain/reminder.ts";
import { comingOccurrences } from "./coming.ts";
import { comingExplained } from "./explain-coming.ts";
import { answerOccurrence } from "./explain-occurrence.ts";
import { type Explained, explained, recipientExplained, ruleExplained } from "./explain-rule.ts";
import type { EngineDeps } from "./ports.ts";

/** Occurrences to come, and deliveries that are over, that are told. */
const TOLD = 5;
const SETTLED: readonly SettledState[] = ["delivered", "dead", "expired", "cancelled"];

type Campaign = ReminderExplained["campaign"];

/** Which reminder, and the nominal time of an occurrence that is asked for. */
export interface ReminderAsked {
  tenantId: string;
  id: string;
  occurrence?: string | undefined;
}

/** Why a reminder rings, or does not; null if there is none. @throws InvalidInputError */
export async function explainReminder(
  deps: EngineDeps,
  { tenantId, id, occurrence }: ReminderAsked,
): Promise<ReminderExplained | null> {
  const { store } = deps;
  const view = await store.findReminder(tenantId, id);
  if (!view) return null;
  const { reminder } = view;
  const { recipientId, campaignId, spec } = reminder;
  const [recipient, found, open, past] = await Promise.all([
    recipientId === null ? null : store.findRecipient(tenantId, recipientId),
    campaignId === null ? null : store.findCampaign(tenantId, campaignId),
    store.findOpenDeliveries(tenantId, id),
    latestSettled(deps, tenantId, id),
  ]);
  const of = explained(reminder, recipient);
  const campaign = campaignId === null ? null : { id: campaignId, state: found?.state ?? null };
  const outlook = outlookOf(of, campaign, open);
  return {
    reminderId: id,
    state: reminder.state,
    rule: ruleExplained(of),
    recipient: recipientExplained(recipientId, recipient, spec.planned ?? { epoch: 0 }),
    campaign,
    outlook,
    coming: await comingOf(deps, of, { outlook: outlook.kind, open }),
    skipped: reminder.skips,
    past: past.map(({ id, state, reason, occurrence }) => ({ id, state, reason, occurrence })),
    asked: occurrence === undefined ? null : await answerOccurrence(deps, of, { text: occurrence, open }),
  };
}

/** The latest of each state, latest due first. */
async function latestSettled(
  { store }: EngineDeps,
  tenantId: string,
  reminderId: string,
): Promise<Delivery[]> {
  const request = { tenantId, reminderId, limit: TOLD, after: undefined };
  const pages = await Promise.all(SETTLED.map((state) => store.listDeliveries({ ...request, state })));
  return pages
    .flatMap(({ items }) => items)
    .sort((one, other) => other.occurrence.dueMs - one.occurrence.dueMs)
    .slice(0, TOLD);
}

/** What rests its rule still rings what was asked for by hand. */
async function comingOf(
  deps: EngineDeps,
  of: Explained,
  { outlook, open }: { outlook: Outlook; open: readonly Delivery[] },
): Promise<ReminderExplained["coming"]> {
  const { reminder, plan } = of;
  if (!plan) return [];
  const { tenantId, id } = reminder;
  const coming = (await comingOccurrences(deps, { tenantId, id, count: TOLD })) ?? [];
  const rests = outlook !== "rings" && outlook !== "being-delivered";
  return coming
    .filter(({ deliveryId }) => deliveryId !== null || !rests)
    .map((one) => comingExplained(of, one, open));
}

function outlookOf(
  { reminder, recipient }: Explained,
  campaign: Campaign,
  open: readonly Delivery[],
): { kind: Outlook; text: string } {
  const { recipientId, state } = reminder;
  if (state === "cancelled") return { kind: "cancelled", text: "It was cancelled, and rings no more." };
  if (recipientId !== null && !recipient)
    return { kind: "recipient-deleted", text: "Its recipient was deleted, so it rings no more." };
  return ofCampaign(campaign) ?? restingOf(reminder) ?? ringing(reminder, open);
}

function ofCampaign(campaign: Campaign): { kind: Outlook; text: string } | null {
  if (campaign === null || campaign.state === "active") return null;
  const { id, state } = campaign;
  if (state !== "paused")
    return { kind: "campaign-stopped", text: `Its campaign ${id} was stopped, so it rings no more.` };
  return { kind: "campaign-paused", text: `Its campaign ${id} is paused: it rings once that is resumed.` };
}

function restingOf({ state, spec }: Reminder): { kind: Outlook; text: string } | null {
  if (state !== "paused") return null;
  const date = spec.planned?.waitsFor;
  if (date === undefined) return { kind: "paused", text: "It is paused: its rule rings once it is resumed." };
  const text = `It waits for a date: its recipient has no "${date}". It rings once that is there.`;
  return { kind: "waits-for-date", text };
}

function ringing({ state, next }: Reminder, open: readonly Delivery[]): { kind: Outlook; text: string } {
  if (state === "finished")
    return { kind: "finished", text: "It is finished: its rule has no more, and all of it is settled." };
  if (next !== null) return { kind: "rings", text: "It is active, and rings as its rule says." };
  const what = open.length === 1 ? "one delivery is" : `${open.length} deliveries are`;
  return { kind: "being-delivered", text: `Its rule has no more, and ${what} still open.` };
}
