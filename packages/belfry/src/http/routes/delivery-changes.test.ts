import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig, type Sent } from "../app-fixture.ts";
import { acknowledgedSchema } from "../schemas/acknowledgement.ts";
import { deliveryPageSchema, deliveryStorySchema } from "../schemas/delivery.ts";
import { skippedReminderSchema } from "../schemas/reminder.ts";

const MINUTE = 60_000;
const NAGGING = {
  schedule: { in: "PT1M" },
  to: { channel: "inbox" },
  message: "Take the pill",
  repeat: { every: "PT10M", max: 6 },
};

function post(rig: ApiRig, path: string, sent: Partial<Sent> = {}) {
  return rig.send({ method: "POST", path, ...sent });
}

async function deliveriesOf(rig: ApiRig) {
  const { body } = await rig.send({ path: "/v1/deliveries" });
  return deliveryPageSchema.parse(body).items.toReversed();
}

/** One that has been sent, and whose first repeat waits. */
async function nagged(rig: ApiRig, reminder: object = NAGGING): Promise<string> {
  await rig.engine.start();
  expect((await post(rig, "/v1/reminders", { body: reminder })).status).toBe(201);
  await rig.clock.advance(2 * MINUTE);
  return (await deliveriesOf(rig))[0]?.id ?? "";
}

describe("POST /v1/deliveries/{id}/acknowledge", () => {
  test("cancels what waits and says so; a second time changes nothing", async () => {
    const rig = await createApiRig();
    const id = await nagged(rig);
    const first = await post(rig, `/v1/deliveries/${id}/acknowledge`);
    expect(first.status).toBe(200);
    expect(acknowledgedSchema.parse(first.body)).toEqual(first.body);
    const told = { deliveryId: id, acknowledgedAt: "2026-03-01T00:02:00Z" };
    expect(first.body).toMatchObject({ ...told, isRepeat: false, cancelled: 1, inFlight: 0 });
    await rig.clock.advance(MINUTE);
    const again = await post(rig, `/v1/deliveries/${id}/acknowledge`, { body: {} });
    expect(again.body).toMatchObject({ ...told, isRepeat: true, cancelled: 0 });
    await rig.clock.advance(60 * MINUTE);
    expect((await deliveriesOf(rig)).map(({ state }) => state)).toEqual(["delivered", "cancelled"]);
    await rig.engine.stop();
  });

  test("is told by every delivery of the occurrence, in its story and in the list", async () => {
    const rig = await createApiRig();
    const id = await nagged(rig);
    expect((await deliveriesOf(rig)).map(({ acknowledgement }) => acknowledgement)).toEqual([null, null]);
    await post(rig, `/v1/deliveries/${id}/acknowledge`);
    const acknowledgement = { at: "2026-03-01T00:02:00Z", deliveryId: id, snoozedTo: null };
    for (const one of await deliveriesOf(rig)) {
      expect(one.acknowledgement).toEqual(acknowledgement);
      const { body } = await rig.send({ path: `/v1/deliveries/${one.id}` });
      const { story, ...record } = deliveryStorySchema.parse(body);
      expect(record.acknowledgement).toEqual(acknowledgement);
      expect(story.filter(({ event }) => event === "acknowledged")).toEqual([
        { at: acknowledgement.at, event: "acknowledged", text: `Somebody acknowledged it, by ${id}.` },
      ]);
    }
    await rig.engine.stop();
  });

  test("answers a repeat of the request as it answered the first", async () => {
    const rig = await createApiRig();
    const id = await nagged(rig);
    const headers = { "idempotency-key": "k1" };
    const first = await post(rig, `/v1/deliveries/${id}/acknowledge`, { headers });
    const again = await post(rig, `/v1/deliveries/${id}/acknowledge`, { headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    await rig.engine.stop();
  });

  test("refuses fields, unknown ids, another tenant's, and keys that may only read", async () => {
    const rig = await createApiRig();
    const id = await nagged(rig);
    const wrong = await post(rig, `/v1/deliveries/${id}/acknowledge`, { body: { by: "me" } });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: "/by" }] } });
    const unknown = await post(rig, "/v1/deliveries/dlv_none/acknowledge");
    expect(unknown).toMatchObject({
      status: 404,
      body: { detail: 'Cannot acknowledge the delivery: there is none with the id "dlv_none"' },
    });
    const path = `/v1/deliveries/${id}/acknowledge`;
    expect((await post(rig, path, { key: "stranger" })).status).toBe(404);
    expect((await post(rig, path, { key: "read" })).status).toBe(403);
    expect((await post(rig, path, { key: null })).status).toBe(401);
    expect((await deliveriesOf(rig)).map(({ acknowledgement }) => acknowledgement)).toEqual([null, null]);
    await rig.engine.stop();
  });
});

describe("POST /v1/deliveries/{id}/snooze", () => {
  test("acknowledges the occurrence, and tells where it was snoozed to", async () => {
    const rig = await createApiRig();
    const id = await nagged(rig);
    const snoozed = await post(rig, `/v1/deliveries/${id}/snooze`, { body: { for: "PT1H" } });
    expect(snoozed.status).toBe(201);
    await rig.clock.advance(30 * MINUTE);
    expect((await deliveriesOf(rig)).map(({ kind, state }) => [kind, state])).toEqual([
      ["rule", "delivered"],
      ["repeat", "cancelled"],
      ["snooze", "scheduled"],
    ]);
    const { body } = await rig.send({ path: `/v1/deliveries/${id}` });
    expect(body.acknowledgement).toMatchObject({ deliveryId: id, snoozedTo: snoozed.body.id });
    const words = deliveryStorySchema.parse(body).story.map(({ text }) => text);
    expect(words).toContain(`Somebody snoozed it, by ${id}: it comes back as ${snoozed.body.id}.`);
    await rig.clock.advance(45 * MINUTE);
    expect((await deliveriesOf(rig)).slice(2).map(({ kind, state }) => [kind, state])).toEqual([
      ["snooze", "delivered"],
      ["repeat", "delivered"],
      ["repeat", "scheduled"],
    ]);
    await rig.engine.stop();
  });
});

describe("POST /v1/deliveries/{id}/skip", () => {
  test("leaves out the occurrence that waits, or the next one", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    const body = { schedule: { cron: "*/5 * * * *" }, to: { channel: "inbox" }, message: "Ring" };
    await post(rig, "/v1/reminders", { body });
    const waiting = (await deliveriesOf(rig)).find(({ due }) => due === "2026-03-01T00:10:00Z");
    const skipped = await post(rig, `/v1/deliveries/${waiting?.id}/skip`);
    expect(skipped.status).toBe(200);
    expect(skippedReminderSchema.parse(skipped.body)).toEqual(skipped.body);
    expect(skipped.body).toMatchObject({ skipped: { due: "2026-03-01T00:10:00Z" }, withdrawn: 1 });
    await rig.clock.advance(6 * MINUTE);
    const sent = (await deliveriesOf(rig)).findLast(({ state }) => state === "delivered");
    const next = await post(rig, `/v1/deliveries/${sent?.id}/skip`, { headers: { "idempotency-key": "s" } });
    expect(next.body).toMatchObject({ skipped: { due: "2026-03-01T00:15:00Z" } });
    const replayed = await post(rig, `/v1/deliveries/${sent?.id}/skip`, {
      headers: { "idempotency-key": "s" },
    });
    expect(replayed.body).toEqual(next.body);
    await rig.engine.stop();
  });

  test("refuses what is over, unknown ids, fields, and another tenant's", async () => {
    const rig = await createApiRig();
    const id = await nagged(rig, { ...NAGGING, repeat: undefined });
    const over = await post(rig, `/v1/deliveries/${id}/skip`);
    expect(over).toMatchObject({ status: 409, body: { code: "reminder_over" } });
    expect((await post(rig, "/v1/deliveries/dlv_none/skip")).body.detail).toBe(
      'Cannot skip from the delivery: there is none with the id "dlv_none"',
    );
    const wrong = await post(rig, `/v1/deliveries/${id}/skip`, { body: { occurrence: "2026-03-01" } });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: "/occurrence" }] } });
    expect((await post(rig, `/v1/deliveries/${id}/skip`, { key: "stranger" })).status).toBe(404);
    await rig.engine.stop();
  });
});
