import type { EventTime } from "../domain/calendar-event.ts";
import { asOfCampaign, type Campaign } from "../domain/campaign.ts";
import type { ContentParts } from "../domain/content.ts";
import { deliveryOf } from "../domain/promotion.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Occurrence } from "../time/schedule.ts";
import { createCalendarList } from "./calendar-list.ts";
import { contentValues } from "./content-values.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { occurrenceIdOf, unsentFrom } from "./replan.ts";
import { turn } from "./turn.ts";
import { waysOf } from "./ways.ts";

/** One entry of a calendar that is read from outside. */
export interface FeedEntry {
  uid: string;
  /** When what it says was last changed, in ms since the epoch. */
  stampMs: number;
  title: string;
  description: string | null;
  when: EventTime;
  /** Whether its time counts as taken. */
  isBusy: boolean;
}

const AHEAD_MS = 366 * 86_400_000;
/** Reminders that are looked at, occurrences of one of them, and events. */
const MOST_REMINDERS = 200;
const MOST_OCCURRENCES = 100;
const MOST_EVENTS = 1_000;
const PAGE = 50;
const LONGEST_TITLE = 200;

interface Reader {
  tenant: Tenant;
  recipient: Recipient;
}

/**
 * What will be sent to a recipient in the year to come, and their own events, soonest first; bounded, however
 * much there is. What is paused is not sent, and a digest's events stand there by themselves.
 */
export async function feedEntries(deps: EngineDeps, reader: Reader): Promise<FeedEntry[]> {
  const nowMs = Math.floor(deps.clock.now());
  const entries = [...(await ownEvents(deps, reader, nowMs)), ...(await comingMessages(deps, reader, nowMs))];
  return entries.sort((a, b) => beginOf(a) - beginOf(b) || (a.uid < b.uid ? -1 : 1));
}

function beginOf({ when }: FeedEntry): number {
  return when.kind === "timed" ? when.startMs : Date.parse(when.startDate);
}

async function ownEvents(
  deps: EngineDeps,
  { tenant, recipient }: Reader,
  nowMs: number,
): Promise<FeedEntry[]> {
  const { items } = await createCalendarList(deps)(tenant, {
    tenantId: tenant.id,
    owner: recipient.id,
    fromMs: nowMs,
    toMs: nowMs + AHEAD_MS,
    limit: MOST_EVENTS,
    after: undefined,
  });
  return items.map(({ id, uid, title, description, when, updatedAtMs }) => ({
    uid: uid ?? id,
    stampMs: updatedAtMs,
    title,
    description,
    when,
    isBusy: when.kind === "timed" && when.endMs > when.startMs,
  }));
}

async function comingMessages(deps: EngineDeps, reader: Reader, nowMs: number): Promise<FeedEntry[]> {
  const campaignOf = campaignsOf(deps, reader.tenant.id);
  const entries: FeedEntry[] = [];
  for await (const reminder of activeReminders(deps, reader)) {
    const campaign = reminder.campaignId === null ? null : await campaignOf(reminder.campaignId);
    if (reminder.campaignId !== null && !isTold(campaign)) continue;
    const told = campaign ? asOfCampaign(reminder, campaign) : reminder;
    const words = wordsTeller(deps, told, reader.recipient);
    for (const coming of await comingOf(deps, reminder, nowMs)) {
      entries.push(messageEntry(reminder, coming, words(coming)));
      // A content may take its time to fill in.
      await turn();
    }
  }
  return entries;
}

function isTold(campaign: Campaign | null): boolean {
  return campaign?.state === "active" && campaign.spec.eventsWithinMs === undefined;
}

/** Each is asked for once. */
function campaignsOf({ store }: EngineDeps, tenantId: string) {
  const known = new Map<string, Promise<Campaign | null>>();
  return (id: string): Promise<Campaign | null> => {
    const campaign = known.get(id) ?? store.findCampaign(tenantId, id);
    known.set(id, campaign);
    return campaign;
  };
}

async function* activeReminders(
  { store }: EngineDeps,
  { tenant, recipient }: Reader,
): AsyncGenerator<Reminder, void> {
  let afterId = "";
  for (let looked = 0; looked < MOST_REMINDERS; looked += PAGE) {
    const owner = { tenantId: tenant.id, recipientId: recipient.id, afterId, limit: PAGE };
    const some = await store.findRemindersOf(owner);
    yield* some.filter(({ state }) => state === "active");
    const last = some.at(-1);
    if (!last || some.length < PAGE) return;
    afterId = last.id;
  }
}

/** An occurrence that is to come. */
interface Coming {
  occurrenceId: string;
  occurrence: Occurrence;
  number: number;
}

/** What waits, and what its rule rings after that. */
async function comingOf(deps: EngineDeps, reminder: Reminder, nowMs: number): Promise<Coming[]> {
  const open = await deps.store.findOpenDeliveries(reminder.tenantId, reminder.id);
  // One occurrence goes several ways.
  const coming = new Map<string, Coming>();
  for (const { occurrenceId, occurrence, number } of open)
    if (occurrence.dueMs >= nowMs) coming.set(occurrenceId, { occurrenceId, occurrence, number });
  let number = reminder.rung;
  for await (const occurrence of unsentFrom(deps, reminder, { from: reminder.next, nowMs })) {
    if (occurrence.dueMs >= nowMs + AHEAD_MS || coming.size >= MOST_OCCURRENCES) break;
    number += 1;
    const occurrenceId = occurrenceIdOf(reminder, occurrence);
    if (occurrence.dueMs >= nowMs && !coming.has(occurrenceId))
      coming.set(occurrenceId, { occurrenceId, occurrence, number });
  }
  return [...coming.values()].slice(0, MOST_OCCURRENCES);
}

function messageEntry(
  { updatedAtMs }: Reminder,
  { occurrenceId, occurrence }: Coming,
  words: Words,
): FeedEntry {
  const when = { kind: "timed", startMs: occurrence.dueMs, endMs: occurrence.dueMs } as const;
  return { uid: occurrenceId, stampMs: updatedAtMs, ...words, when, isBusy: false };
}

type Words = Pick<FeedEntry, "title" | "description">;

/** Fills in a reminder's content for its occurrences; one that cannot be filled in once is not tried again. */
function wordsTeller(deps: EngineDeps, reminder: Reminder, recipient: Recipient): (coming: Coming) => Words {
  const [way] = waysOf(deps, reminder.spec);
  let failed: Words | null = null;
  return ({ occurrence, number }) => {
    if (failed) return failed;
    const ring = { occurrence, note: null };
    const delivery = deliveryOf({ reminder, ring, way, nowMs: reminder.updatedAtMs, number });
    // Whoever reads a calendar is not whoever may acknowledge.
    const values = () =>
      contentValues({ delivery, reminder, recipient }, { events: [], acknowledgeLink: null });
    const rendered = deps.content.render(reminder.spec.content, values, recipient.locale);
    if (rendered.ok) return wordsOf(rendered.content);
    failed = { title: "Reminder", description: rendered.error };
    return failed;
  };
}

/** A title, and what more there is to say. */
function wordsOf({ title = "", text = "" }: ContentParts): Words {
  const whole = text.trim();
  if (title.trim() !== "") return { title: shortened(title), description: whole || null };
  const short = shortened(whole);
  return { title: short || "Reminder", description: short === whole ? null : whole };
}

/** The first line, not too long. */
function shortened(text: string): string {
  const [line = ""] = text.trim().split(/\r?\n/);
  const characters = Array.from(line.trim());
  if (characters.length <= LONGEST_TITLE) return characters.join("");
  return `${characters.slice(0, LONGEST_TITLE - 1).join("")}…`;
}
