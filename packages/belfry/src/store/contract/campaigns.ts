import { expect, type TestAPI } from "vitest";
import { type Campaign, campaignSeries } from "../../domain/campaign.ts";
import { campaignReminderId } from "../../domain/ids.ts";
import { deliveryOf } from "../../domain/promotion.ts";
import type { Reminder } from "../../domain/reminder.ts";
import { DEFAULT_RETRY } from "../../domain/retry.ts";
import { recipientKey } from "../../domain/target.ts";
import type { CampaignBasis, CampaignKeep, Store } from "../store.ts";
import { claimOne, NOW, OTHER_TENANT, occurrenceAt, receiptOf, settlementOf, TENANT } from "./fixtures.ts";
import { recipientOf } from "./recipients.ts";
import type { StoreTest } from "./store-test.ts";

const HOUR = 3_600_000;

function campaignOf(id: string, change: Partial<Campaign> = {}): Campaign {
  return {
    tenantId: TENANT,
    id,
    state: "active",
    revision: 1,
    spec: {
      name: 'Birthdays "all"\n\u{1f514}',
      audience: { tags: ["vip"], attributes: { plan: "gold", seats: 3, isNew: false } },
      schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } },
      content: { text: "Hey, {{ recipient.fullName }}", locales: { fr: { text: "Salut" } } },
      channels: ["webhook"],
      mode: "first",
      policy: { catchUp: "all", usefulForMs: HOUR, retry: DEFAULT_RETRY, inDoubt: "hold", urgent: true },
      metadata: { a: [1, null] },
      anchorMs: NOW,
      sinceMs: NOW,
    },
    walk: { after: "", lookedAt: 0, matched: 0 },
    trigger: null,
    createdAtMs: NOW,
    updatedAtMs: NOW,
    ...change,
  };
}

const BASIS: CampaignBasis = {
  campaignId: "cmp_1",
  campaignRevision: 1,
  recipientId: "rcp_1",
  recipientRevision: 1,
};

/** The reminder that the first campaign keeps for the first recipient, with a delivery that is due now. */
function keepOf(change: Partial<Reminder> = {}, basis: Partial<CampaignBasis> = {}): CampaignKeep {
  const { recipientId, campaignId } = { ...BASIS, ...basis };
  const reminder: Reminder = {
    tenantId: TENANT,
    id: campaignReminderId(TENANT, campaignId, recipientId),
    state: "active",
    version: 1,
    epoch: 1,
    series: campaignSeries(campaignId, recipientId),
    recipientId,
    campaignId,
    rung: 1,
    timeZone: "UTC",
    spec: {
      schedule: { cron: "0 9 * * *" },
      anchorMs: NOW,
      target: { recipient: recipientId },
      content: {},
      policy: { catchUp: "latest", usefulForMs: HOUR, retry: DEFAULT_RETRY, inDoubt: "resend" },
      metadata: {},
      planned: { epoch: 0, ways: [{ channel: "webhook", destination: "one.test" }] },
      campaignRevision: 1,
    },
    next: occurrenceAt(NOW + 24 * HOUR),
    skips: [],
    createdAtMs: NOW,
    updatedAtMs: NOW,
    ...change,
  };
  const way = { channel: "webhook", target: recipientKey(recipientId), destination: "one.test", recipientId };
  const ring = { occurrence: occurrenceAt(NOW), note: null };
  const delivery = deliveryOf({ reminder, ring, way, nowMs: NOW, number: 1 });
  const deliveries = reminder.state === "active" ? [delivery] : [];
  return { reminder, deliveries, basis: { ...BASIS, ...basis } };
}

async function furnish(store: Store): Promise<void> {
  await store.ensureTenant({ id: TENANT, timeZone: "UTC", nowMs: NOW });
  await store.createCampaign(campaignOf("cmp_1"));
  const recipients = ["rcp_1", "rcp_2"].map((id) => recipientOf(id));
  await store.writeRecipients(
    recipients.map((recipient) => ({ recipient, fromRevision: null, isTold: false })),
  );
}

function keep(store: Store, ...keeps: CampaignKeep[]) {
  return store.keepReminders({ tenantId: TENANT, keeps, spentFromMs: NOW - 48 * HOUR, nowMs: NOW });
}

/** One spec for many recipients. */
export function campaignTests(test: TestAPI<StoreTest>): void {
  test("createCampaign() stores all of a campaign; findCampaign() gives it within its tenant", async ({
    store,
  }) => {
    const full = campaignOf("cmp_1", { trigger: { key: "k", atMs: NOW, after: "rcp_1", rung: 7 } });
    await store.createCampaign(full, receiptOf("k"));
    expect(await store.findCampaign(TENANT, "cmp_1")).toEqual(full);
    expect(await store.findCampaign(OTHER_TENANT, "cmp_1")).toBeNull();
    const again = store.createCampaign(campaignOf("cmp_2"), receiptOf("k"));
    await expect(again).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect(await store.findCampaign(TENANT, "cmp_2")).toBeNull();
  });

  test("listCampaigns() lists newest first, page by page; findOpenCampaigns() leaves stopped ones out", async ({
    store,
  }) => {
    await store.createCampaign(campaignOf("cmp_1"));
    await store.createCampaign(campaignOf("cmp_2", { state: "stopped" }));
    await store.createCampaign(campaignOf("cmp_3", { state: "paused" }));
    await store.createCampaign(campaignOf("cmp_4", { tenantId: OTHER_TENANT }));
    const first = await store.listCampaigns({ tenantId: TENANT, limit: 2, after: undefined });
    expect(first.items.map(({ id }) => id)).toEqual(["cmp_3", "cmp_2"]);
    const second = await store.listCampaigns({ tenantId: TENANT, limit: 2, after: first.nextCursor });
    expect(second.items.map(({ id }) => id)).toEqual(["cmp_1"]);
    expect(second.nextCursor).toBeUndefined();
    expect((await store.findOpenCampaigns(TENANT)).map(({ id }) => id)).toEqual(["cmp_1", "cmp_3"]);
  });

  test("writeCampaign() replaces a campaign at its revision alone, with its receipt", async ({ store }) => {
    await store.createCampaign(campaignOf("cmp_1"));
    const second = campaignOf("cmp_1", { state: "paused", revision: 2, updatedAtMs: NOW + 1 });
    const write = { campaign: second, fromRevision: 1, receipt: receiptOf("k") };
    expect(await store.writeCampaign(write)).toBe(true);
    expect(await store.findCampaign(TENANT, "cmp_1")).toEqual(second);
    expect(await store.writeCampaign({ ...write, receipt: receiptOf("other") })).toBe(false);
    expect(await store.findReceipt(receiptOf("other"))).toBeNull();
    const nobody = { campaign: campaignOf("cmp_9", { revision: 2 }), fromRevision: 1 };
    expect(await store.writeCampaign(nobody)).toBe(false);
  });

  test("advanceCampaign() goes on from where the walks were read, and is found until they are over", async ({
    store,
  }) => {
    const campaign = campaignOf("cmp_1", { trigger: { key: "k", atMs: NOW, after: "", rung: 0 } });
    await store.createCampaign(campaign);
    await store.createCampaign(campaignOf("cmp_2", { walk: { after: null, lookedAt: 1, matched: 1 } }));
    const walking = async () => (await store.findWalkingCampaigns(10)).map(({ id }) => id);
    expect(await walking()).toEqual(["cmp_1"]);
    const next = { ...campaign, walk: { after: "rcp_7", lookedAt: 7, matched: 3 } };
    expect(await store.advanceCampaign(next, campaign)).toBe(true);
    // Another one that stands where the first was.
    expect(await store.advanceCampaign(next, campaign)).toBe(false);
    expect(await store.findCampaign(TENANT, "cmp_1")).toEqual(next);
    const round = { ...next, walk: { after: null, lookedAt: 9, matched: 4 } };
    expect(await store.advanceCampaign(round, next)).toBe(true);
    expect(await walking()).toEqual(["cmp_1"]);
    expect(await store.advanceCampaign({ ...round, revision: 2 }, round)).toBe(false);
    expect(await store.advanceCampaign({ ...round, trigger: null }, round)).toBe(true);
    expect(await walking()).toEqual([]);
  });

  test("keepReminders() stores one reminder for each, with its deliveries, and only once", async ({
    store,
  }) => {
    await furnish(store);
    const first = keepOf();
    expect(await keep(store, first, keepOf({}, { recipientId: "rcp_2" }))).toEqual(["kept", "kept"]);
    expect(await keep(store, { ...first, reminder: { ...first.reminder, epoch: 5 } })).toEqual(["known"]);
    const { id } = first.reminder;
    expect((await store.findReminder(TENANT, id))?.reminder).toEqual(first.reminder);
    expect(await store.findOpenDeliveries(TENANT, id)).toHaveLength(1);
    expect(await store.counts(TENANT)).toMatchObject({
      reminders: { active: 2 },
      deliveries: { scheduled: 2 },
    });
    const owner = { tenantId: TENANT, campaignId: "cmp_1", afterId: "", limit: 10 };
    expect(await store.findRemindersOf(owner)).toHaveLength(2);
  });

  test("keepReminders() stores nothing for a campaign or a recipient that was changed meanwhile", async ({
    store,
  }) => {
    await furnish(store);
    const results = await keep(
      store,
      keepOf({}, { campaignRevision: 2 }),
      keepOf({}, { recipientRevision: 2 }),
      keepOf({}, { recipientId: "rcp_none" }),
      keepOf({}, { campaignId: "cmp_none" }),
    );
    expect(results).toEqual(["moved", "moved", "moved", "moved"]);
    expect(await store.findReminders(TENANT, [keepOf().reminder.id])).toEqual([]);
    const elsewhere = { tenantId: OTHER_TENANT, spentFromMs: 0, nowMs: NOW };
    expect(await store.keepReminders({ ...elsewhere, keeps: [keepOf()] })).toEqual(["moved"]);
  });

  test("keepReminders() brings one back from the history, with what was withdrawn and without what was sent", async ({
    store,
  }) => {
    await furnish(store);
    const first = keepOf();
    const { id } = first.reminder;
    await keep(store, first);
    await store.cancelReminder({ tenantId: TENANT, id, nowMs: NOW });
    const [gone] = await store.findReminders(TENANT, [id, "rem_none"]);
    expect(gone).toMatchObject({ isHot: false, reminder: { id, state: "cancelled", epoch: 2 } });
    const back = keepOf({ epoch: 3, version: 3 });
    expect(await keep(store, back)).toEqual(["kept"]);
    expect(await store.findReminders(TENANT, [id])).toEqual([{ reminder: back.reminder, isHot: true }]);
    const claim = await claimOne(store);
    expect(claim.reminder.epoch).toBe(3);
    await store.settle([settlementOf(claim)]);
    await store.cancelReminder({ tenantId: TENANT, id, nowMs: NOW });
    const last = keepOf({ epoch: 5, version: 5, next: null });
    expect(await keep(store, last)).toEqual(["kept"]);
    // All that it was to ring has been sent.
    expect((await store.findReminder(TENANT, id))?.reminder).toMatchObject({ state: "finished", epoch: 5 });
    expect(await store.counts(TENANT)).toMatchObject({
      reminders: { active: 0, finished: 1, cancelled: 0 },
      deliveries: { delivered: 1, cancelled: 0, scheduled: 0 },
    });
  });

  test("cancelReminder() cancels only while its basis holds, and says why", async ({ store }) => {
    await furnish(store);
    const { reminder, deliveries, basis } = keepOf();
    await keep(store, keepOf());
    const request = { tenantId: TENANT, id: reminder.id, nowMs: NOW, reason: "the recipient left" };
    const stale = { kind: "stale", revision: 2 };
    for (const wrong of [{ campaignRevision: 2 }, { recipientRevision: 2 }])
      expect(await store.cancelReminder({ ...request, basis: { ...basis, ...wrong } })).toEqual(stale);
    expect((await store.findReminder(TENANT, reminder.id))?.reminder.state).toBe("active");
    expect(await store.cancelReminder({ ...request, basis })).toMatchObject({
      kind: "cancelled",
      cancelled: 1,
    });
    const delivery = await store.findDelivery(TENANT, deliveries[0]?.id ?? "");
    expect(delivery).toMatchObject({ state: "cancelled", reason: "the recipient left" });
  });

  test("claim() gives the campaign with what it keeps", async ({ store }) => {
    await furnish(store);
    await keep(store, keepOf());
    const claim = await claimOne(store);
    expect(claim.campaign).toEqual(campaignOf("cmp_1"));
    expect(claim.recipient?.id).toBe("rcp_1");
  });
}
