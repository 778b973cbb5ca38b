import { expect, type TestAPI } from "vitest";
import { type Delivery, repeatKey } from "../../domain/delivery.ts";
import { deliveryOf } from "../../domain/promotion.ts";
import type { Recipient } from "../../domain/recipient.ts";
import type { Reminder } from "../../domain/reminder.ts";
import { recipientKey } from "../../domain/target.ts";
import type { Claim, ReminderChange, Settlement, Store } from "../store.ts";
import {
  acceptDue,
  claimOne,
  deliveryFor,
  MINUTE,
  NOW,
  OTHER_TENANT,
  occurrenceAt,
  refusedBy,
  reminderOf,
  settlementOf,
  TENANT,
} from "./fixtures.ts";
import { recipientOf } from "./recipients.ts";
import type { StoreTest } from "./store-test.ts";

/** A reminder to a recipient as they are. */
function reminderTo(recipient: Recipient, change: Partial<Reminder> = {}): Reminder {
  const reminder = reminderOf();
  const ways = [{ channel: "webhook", destination: "one.test" }];
  return {
    ...reminder,
    recipientId: recipient.id,
    spec: {
      ...reminder.spec,
      target: { recipient: recipient.id },
      planned: { epoch: recipient.epoch, ways, dates: recipient.dates },
      metadata: { who: "Ada" },
    },
    ...change,
  };
}

function deliveryTo(reminder: Reminder, recipient: Recipient, channel = "webhook"): Delivery {
  return deliveryOf({
    reminder,
    ring: { occurrence: occurrenceAt(NOW), note: null },
    way: {
      channel,
      target: recipientKey(recipient.id),
      destination: "one.test",
      recipientId: recipient.id,
    },
    nowMs: NOW,
    recipientEpoch: recipient.epoch,
  });
}

function editOf(reminder: Reminder, deliveries: readonly Delivery[]): ReminderChange {
  const next = { ...reminder, version: reminder.version + 1, epoch: reminder.epoch + 1 };
  return {
    kind: "changed",
    reminder: next,
    fromVersion: reminder.version,
    deliveries: deliveries.map((delivery) => ({ ...delivery, epoch: next.epoch })),
    movesInstants: false,
    reason: "the reminder was changed",
    spentFromMs: NOW,
    nowMs: NOW,
  };
}

/** Not tried, and to wait for a minute. */
function heldBack(claim: Claim): Settlement {
  const { attempt: _, ...settlement } = settlementOf(claim);
  return { ...settlement, state: "scheduled", sendAtMs: NOW + MINUTE, reason: "quiet" };
}

async function put(store: Store, recipient: Recipient, fromRevision: number | null = null): Promise<void> {
  expect(await store.writeRecipients([{ recipient, fromRevision, isTold: false }])).toEqual(["written"]);
}

async function toFollow(store: Store): Promise<string[]> {
  return (await store.listRecipientChanges(10)).map(({ recipientId }) => recipientId);
}

/** What follows deliveries and recipients by itself. */
export function followingTests(test: TestAPI<StoreTest>): void {
  followerTests(test);
  deferralTests(test);
  inStepTests(test);
  erasureTests(test);
}

function followerTests(test: TestAPI<StoreTest>): void {
  test("settle() makes what follows in the same commit, and its reminder goes on with it", async ({
    store,
  }) => {
    const reminder = reminderOf();
    await store.accept([{ reminder, deliveries: [deliveryFor(reminder)] }]);
    const claim = await claimOne(store);
    const follow = [{ ...deliveryFor(reminder), id: "dlv_next", channel: "email", note: "webhook failed" }];
    await store.settle([settlementOf(claim, { state: "dead", reason: "refused", follow })]);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("active");
    const next = await claimOne(store);
    expect(next.delivery).toMatchObject({ id: "dlv_next", channel: "email", note: "webhook failed" });
    await store.settle([settlementOf(next)]);
    expect((await store.findReminder(TENANT, "rem_1"))?.reminder.state).toBe("finished");
  });

  test("settle() makes a follower of the epoch to which a change has taken its delivery along", async ({
    store,
  }) => {
    const reminder = reminderOf();
    const delivery = deliveryFor(reminder);
    await store.accept([{ reminder, deliveries: [delivery] }]);
    const claim = await claimOne(store);
    await store.changeReminder(editOf(reminder, [delivery]));
    const follow = [{ ...delivery, id: "dlv_next", channel: "email" }];
    await store.settle([settlementOf(claim, { state: "dead", reason: "refused", follow })]);
    expect((await claimOne(store)).delivery).toMatchObject({ id: "dlv_next", epoch: 1 });
  });

  test("settle() makes no follower of what a change has left behind", async ({ store }) => {
    const reminder = reminderOf({ next: occurrenceAt(NOW + 30 * MINUTE) });
    const delivery = deliveryFor(reminder);
    await store.accept([{ reminder, deliveries: [delivery] }]);
    const claim = await claimOne(store);
    await store.changeReminder(editOf(reminder, []));
    const follow = [{ ...delivery, id: "dlv_next", channel: "email" }];
    await store.settle([settlementOf(claim, { state: "dead", reason: "refused", follow })]);
    expect(await store.findDelivery(TENANT, "dlv_next")).toBeNull();
  });

  test("settle() makes no repeat of an occurrence that was acknowledged", async ({ store }) => {
    await acceptDue(store);
    const claim = await claimOne(store);
    const { delivery } = claim;
    await store.acknowledge({ tenantId: TENANT, deliveryId: delivery.id, nowMs: NOW });
    const occurrence = { ...delivery.occurrence, key: repeatKey(delivery.occurrenceId, 1) };
    const follow = [{ ...delivery, id: "dlv_repeat", kind: "repeat" as const, occurrence }];
    expect(await refusedBy(store, [settlementOf(claim, { follow })])).toEqual([]);
    expect((await store.findDelivery(TENANT, delivery.id))?.state).toBe("delivered");
    expect(await store.findDelivery(TENANT, "dlv_repeat")).toBeNull();
  });

  test("purge() deletes acknowledgements from before the history's bound", async ({ store }) => {
    const { id: deliveryId, occurrenceId } = await acceptDue(store);
    await store.acknowledge({ tenantId: TENANT, deliveryId, nowMs: NOW });
    const known = async () => [...(await store.findAcknowledgements(TENANT, [occurrenceId])).keys()];
    const bounds = { receiptsBeforeMs: 0, eventsBeforeMs: 0, sentKeysBeforeMs: 0, limit: 10 };
    await store.purge({ ...bounds, historyBeforeMs: NOW });
    expect(await known()).toEqual([occurrenceId]);
    await store.purge({ ...bounds, historyBeforeMs: NOW + 1 });
    expect(await known()).toEqual([]);
  });
}

function deferralTests(test: TestAPI<StoreTest>): void {
  test("settle() lets what is held back wait again, untried, with the reason", async ({ store }) => {
    const { id } = await acceptDue(store);
    await store.settle([heldBack(await claimOne(store))]);
    expect(await store.findDelivery(TENANT, id)).toMatchObject({
      state: "scheduled",
      sendAtMs: NOW + MINUTE,
      occurrence: { dueMs: NOW },
      reason: "quiet",
      attempts: 0,
      story: [],
    });
    expect(await store.nextClaimAt()).toBe(NOW + MINUTE);
    const events = await store.listEvents({
      tenantId: TENANT,
      after: "start",
      limit: 10,
      types: ["delivery.deferred"],
      reminderId: undefined,
    });
    expect(events.items).toMatchObject([{ deliveryId: id, reason: "quiet" }]);
  });

  test("settle() lets a retry that is held back be one still", async ({ store }) => {
    const { id } = await acceptDue(store);
    const failed = { state: "retrying", sendAtMs: NOW, reason: "broken" } as const;
    await store.settle([settlementOf(await claimOne(store), failed)]);
    await store.settle([heldBack(await claimOne(store))]);
    expect(await store.findDelivery(TENANT, id)).toMatchObject({ state: "retrying", attempts: 1 });
    expect((await store.counts()).deliveries).toMatchObject({ leased: 0, scheduled: 0, retrying: 1 });
  });
}

function inStepTests(test: TestAPI<StoreTest>): void {
  test("accept() and changeReminder() have what was planned with an older recipient followed", async ({
    store,
  }) => {
    const before = recipientOf("rcp_1");
    await put(store, before);
    const reminder = reminderTo(before, { next: occurrenceAt(NOW + 30 * MINUTE) });
    await store.accept([{ reminder, deliveries: [] }]);
    expect(await toFollow(store)).toEqual([]);

    const after = { ...before, epoch: 1, revision: 2 };
    await put(store, after, 1);
    await store.accept([{ reminder: { ...reminder, id: "rem_2", series: "rem_2" }, deliveries: [] }]);
    expect(await toFollow(store)).toEqual(["rcp_1"]);

    await store.settleRecipientChanges(await store.listRecipientChanges(10));
    await store.changeReminder(editOf(reminder, []));
    expect(await toFollow(store)).toEqual(["rcp_1"]);

    await store.settleRecipientChanges(await store.listRecipientChanges(10));
    const planned = reminderTo(after, { version: 2, epoch: 1, next: occurrenceAt(NOW + 30 * MINUTE) });
    expect((await store.changeReminder(editOf(planned, []))).kind).toBe("changed");
    expect(await toFollow(store)).toEqual([]);
  });

  test("accept() has what goes to somebody who was deleted meanwhile followed", async ({ store }) => {
    const reminder = reminderTo(recipientOf("rcp_gone"), { next: occurrenceAt(NOW + 30 * MINUTE) });
    await store.accept([{ reminder, deliveries: [] }]);
    expect(await toFollow(store)).toEqual(["rcp_gone"]);
  });

  test("claim() gives whom a delivery is for as they are, of its own tenant", async ({ store }) => {
    const recipient = recipientOf("rcp_1");
    await put(store, { ...recipient, tenantId: OTHER_TENANT, firstName: "Eve" });
    const reminder = reminderTo(recipient);
    await store.accept([{ reminder, deliveries: [deliveryTo(reminder, recipient)] }]);
    const claim = await claimOne(store);
    expect(claim.recipient).toBeNull();
    await put(store, recipient);
    await put(store, { ...recipient, revision: 2, firstName: "Grace" }, 1);
    await store.release([{ tenantId: TENANT, deliveryId: claim.delivery.id, fence: claim.fence }]);
    expect((await claimOne(store)).recipient).toMatchObject({ id: "rcp_1", firstName: "Grace" });
  });
}

function erasureTests(test: TestAPI<StoreTest>): void {
  test("eraseRecipient() takes whatever names the person out of what is over", async ({ store }) => {
    const recipient = recipientOf("rcp_1");
    await put(store, recipient);
    const reminder = reminderTo(recipient);
    const delivery = deliveryTo(reminder, recipient);
    await store.accept([{ reminder, deliveries: [delivery] }]);
    const claim = await claimOne(store);
    const { tenantId, id: deliveryId, reminderId } = delivery;
    const received = { tenantId, deliveryId, reminderId, dueMs: NOW, receivedAtMs: NOW };
    await store.putInbox({ ...received, content: { text: "Dear Ada" } });
    const attempt = { number: 1, worker: "wrk_1", startedAtMs: NOW, durationMs: 5 };
    const failed = { ...attempt, outcome: "permanent" as const, error: "ada@example.com is unknown" };
    const dead = { state: "dead", reason: failed.error, attempt: failed } as const;

    await store.deleteRecipient({ tenantId, id: "rcp_1", nowMs: NOW });
    expect(await store.eraseRecipient(tenantId, "rcp_1", 10)).toEqual({ erased: 0, isMore: true });
    await store.settle([settlementOf(claim, dead)]);
    expect(await store.eraseRecipient(OTHER_TENANT, "rcp_1", 10)).toEqual({ erased: 0, isMore: false });
    expect(await store.eraseRecipient(tenantId, "rcp_1", 10)).toEqual({ erased: 2, isMore: false });
    expect(await store.eraseRecipient(tenantId, "rcp_1", 10)).toEqual({ erased: 0, isMore: false });

    const erased = await store.findDelivery(tenantId, deliveryId);
    expect(erased).toMatchObject({
      state: "dead",
      recipientId: null,
      target: "recipient:rcp_1",
      lane: "tnt_a webhook:erased",
      reason: "erased with its recipient",
      occurrence: delivery.occurrence,
      settledAtMs: NOW,
      story: [{ ...attempt, outcome: "permanent" }],
    });
    const past = (await store.findReminder(tenantId, reminderId))?.reminder;
    expect(past).toMatchObject({ state: "finished", recipientId: null, epoch: 0 });
    expect(past?.spec).toMatchObject({ content: { text: "" }, metadata: {}, policy: reminder.spec.policy });
    expect(JSON.stringify([erased, past])).not.toMatch(/Ada|ada@|1990/);
    const page = { tenantId, limit: 10, after: undefined };
    expect((await store.listInbox(page)).items).toEqual([]);
  });

  test("eraseRecipient() takes out what was answered when it has NUL or half of a surrogate pair", async ({
    store,
  }) => {
    const recipient = recipientOf("rcp_1");
    await put(store, recipient);
    const reminder = reminderTo(recipient);
    const delivery = deliveryTo(reminder, recipient);
    await store.accept([{ reminder, deliveries: [delivery] }]);
    const claim = await claimOne(store);
    const attempt = {
      number: 1,
      worker: "wrk_1",
      startedAtMs: NOW,
      durationMs: 5,
      outcome: "permanent" as const,
    };
    const said = "Ada\0 \ud83d \\u0000 \ude00";
    const failed = { ...attempt, error: said, response: { status: 500, body: said } };
    await store.deleteRecipient({ tenantId: TENANT, id: "rcp_1", nowMs: NOW });
    await store.settle([settlementOf(claim, { state: "dead", reason: "failed", attempt: failed })]);
    expect(await store.eraseRecipient(TENANT, "rcp_1", 10)).toEqual({ erased: 2, isMore: false });
    expect((await store.findDelivery(TENANT, delivery.id))?.story).toEqual([attempt]);
  });

  test("eraseRecipient() erases a bounded number at once", async ({ store }) => {
    const recipient = recipientOf("rcp_1");
    const reminders = ["rem_1", "rem_2", "rem_3"].map((id) => reminderTo(recipient, { id, series: id }));
    await store.accept(
      reminders.map((reminder) => ({ reminder, deliveries: [deliveryTo(reminder, recipient)] })),
    );
    for (const _ of reminders) await store.settle([settlementOf(await claimOne(store))]);
    expect(await store.eraseRecipient(TENANT, "rcp_1", 2)).toEqual({ erased: 4, isMore: true });
    expect(await store.eraseRecipient(TENANT, "rcp_1", 2)).toEqual({ erased: 2, isMore: false });
  });
}
