import type { Campaign } from "../domain/campaign.ts";
import type { Delivery } from "../domain/delivery.ts";
import { campaignReminderId } from "../domain/ids.ts";
import { movesPlans, type Recipient, type RecipientProfile } from "../domain/recipient.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { CampaignChanged, CampaignRequest } from "./campaigns.ts";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";
import type { Tuning } from "./ports.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const BIRTHDAY: CampaignRequest = {
  name: "Birthdays",
  schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } },
  content: { text: "Hey, {{ recipient.fullName }} it's your birthday" },
};

export const DAILY: CampaignRequest = {
  name: "Daily",
  schedule: { cron: "0 9 * * *" },
  content: { text: "Good morning, {{ recipient.firstName }}" },
};

/** An engine whose tenant there is, and which looks ahead far enough for months to pass in few passes. */
export async function campaignRig(tuning: Partial<Tuning> = {}): Promise<Rig> {
  const rig = createRig({ tickMs: 6 * HOUR, nearWindowMs: 12 * HOUR, ...tuning });
  await rig.store.ensureTenant({ ...TENANT, nowMs: START });
  return rig;
}

/** Somebody in New York whose birthday is on 15 March. */
export function person(id: string, change: Partial<Recipient> = {}): Recipient {
  return {
    tenantId: TENANT.id,
    id,
    externalId: null,
    revision: 1,
    epoch: 0,
    firstName: "John",
    lastName: "Doe",
    fullName: null,
    addresses: { webhook: `http://${id.replaceAll("_", "-")}.test/` },
    timeZone: "America/New_York",
    locale: null,
    dates: { birthday: "1990-03-15" },
    channels: [],
    quietHours: null,
    tags: [],
    attributes: {},
    createdAtMs: START,
    updatedAtMs: START,
    ...change,
  };
}

/** Stores recipients, as of now. */
export async function join({ store, clock }: Rig, ...people: Recipient[]): Promise<void> {
  const nowMs = clock.now();
  const written = await store.writeRecipients(
    people.map((one) => ({
      recipient: { ...one, createdAtMs: nowMs, updatedAtMs: nowMs },
      fromRevision: null,
      isTold: true,
    })),
  );
  if (written.some((one) => one !== "written")) throw new Error(`Cannot test: ${written.join()}`);
}

/** Changes a recipient, and has their reminders follow. */
export async function move(rig: Rig, id: string, change: Partial<RecipientProfile>): Promise<void> {
  const before = await rig.store.findRecipient(TENANT.id, id);
  if (!before) throw new Error(`Cannot test: there is no ${id}`);
  const after = { ...before, ...change };
  const recipient = {
    ...after,
    revision: before.revision + 1,
    epoch: before.epoch + (movesPlans(before, after) ? 1 : 0),
    updatedAtMs: rig.clock.now(),
  };
  await rig.store.writeRecipients([{ recipient, fromRevision: before.revision, isTold: true }]);
  await rig.engine.inStep();
}

export async function create(rig: Rig, request: Partial<CampaignRequest> = {}): Promise<Campaign> {
  const campaign = await rig.engine.createCampaign(TENANT, { ...BIRTHDAY, ...request });
  await rig.engine.inStep();
  return campaign;
}

/** The reminder that a campaign keeps for a recipient; null: none that is open. */
export async function reminderFor(rig: Rig, { id }: Campaign, recipientId: string): Promise<Reminder | null> {
  const found = await rig.store.findReminder(TENANT.id, campaignReminderId(TENANT.id, id, recipientId));
  const isOpen = found?.reminder.state === "active" || found?.reminder.state === "paused";
  return isOpen ? found.reminder : null;
}

export async function reminderOf(rig: Rig, campaign: Campaign, recipientId: string): Promise<Reminder> {
  const reminder = await reminderFor(rig, campaign, recipientId);
  if (!reminder) throw new Error(`Cannot test: ${recipientId} has no reminder`);
  return reminder;
}

/** When the next occurrence of a reminder is due, which may wait as a delivery already. */
export async function nextOf(rig: Rig, campaign: Campaign, recipientId: string): Promise<string | null> {
  const id = campaignReminderId(TENANT.id, campaign.id, recipientId);
  const view = await rig.store.findReminder(TENANT.id, id);
  return view?.upcoming ? new Date(view.upcoming.dueMs).toISOString() : null;
}

/** What was sent: to whom, and when. */
export function sent({ channel }: Rig): string[] {
  return channel.sent.map(({ userId, attemptAtMs }) => `${userId} ${new Date(attemptAtMs).toISOString()}`);
}

export function changedCampaign(result: CampaignChanged): Campaign {
  if (result.kind !== "changed") throw new Error(`Cannot test: the change was refused as ${result.kind}`);
  return result.campaign;
}

/** All deliveries there are, settled ones too. */
export async function deliveries({ store }: Rig): Promise<Delivery[]> {
  const page = { tenantId: TENANT.id, limit: 1_000, after: undefined };
  return (await store.listDeliveries({ ...page, reminderId: undefined, state: undefined })).items;
}
