import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig } from "../app-fixture.ts";
import { deliveryPageSchema, deliveryStorySchema } from "../schemas/delivery.ts";

const MINUTE = 60_000;
const REMINDER = {
  schedule: { in: "PT1M" },
  to: { channel: "webhook", address: "https://example.com/hook" },
  message: "Ring",
  retry: { maxAttempts: 2, initial: "PT10S" },
};

async function ring(rig: ApiRig, forMs: number): Promise<{ reminderId: string; deliveryId: string }> {
  await rig.engine.start();
  const created = await rig.send({ method: "POST", path: "/v1/reminders", body: REMINDER });
  await rig.clock.advance(forMs);
  const { body } = await rig.send({ path: `/v1/deliveries?reminder=${created.body.id}` });
  expect(deliveryPageSchema.parse(body)).toEqual(body);
  const [delivery] = deliveryPageSchema.parse(body).items;
  return { reminderId: String(created.body.id), deliveryId: delivery?.id ?? "" };
}

describe("GET /v1/deliveries", () => {
  test("get() tells the whole story when it was delivered", async () => {
    const rig = await createApiRig();
    const { deliveryId, reminderId } = await ring(rig, 2 * MINUTE);
    const { status, body } = await rig.send({ path: `/v1/deliveries/${deliveryId}` });
    expect(status).toBe(200);
    expect(deliveryStorySchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      reminderId,
      state: "delivered",
      channel: "webhook",
      to: REMINDER.to,
      due: "2026-03-01T00:01:00Z",
      attempts: [{ number: 1, outcome: "delivered", error: null, response: null }],
      latenessMs: 0,
      settledAt: "2026-03-01T00:01:00Z",
    });
    const events = deliveryStorySchema.parse(body).story.map((line) => line.event);
    expect(events).toEqual(["accepted", "promoted", "attempt", "settled"]);
    await rig.engine.stop();
  });

  test("get() tells what it waits for when it has not been sent, or failed", async () => {
    const rig = await createApiRig();
    rig.outcome({ kind: "retryable", error: "it answered 500", response: { status: 500, body: "no" } });
    const { deliveryId } = await ring(rig, MINUTE);
    const { body } = await rig.send({ path: `/v1/deliveries/${deliveryId}` });
    expect(body).toMatchObject({
      state: "retrying",
      attempts: [{ error: "it answered 500", response: { status: 500 } }],
    });
    expect(deliveryStorySchema.parse(body).story.at(-1)).toMatchObject({ event: "waiting" });
    await rig.engine.stop();
  });

  test("list() filters by reminder and state, and refuses what it does not know", async () => {
    const rig = await createApiRig();
    await ring(rig, 2 * MINUTE);
    expect((await rig.send({ path: "/v1/deliveries?state=delivered" })).body.items).toHaveLength(1);
    expect((await rig.send({ path: "/v1/deliveries?state=dead" })).body.items).toEqual([]);
    expect((await rig.send({ path: "/v1/deliveries?reminder=rem_other" })).body.items).toEqual([]);
    expect((await rig.send({ path: "/v1/deliveries", key: "stranger" })).body.items).toEqual([]);
    const wrong = await rig.send({ path: "/v1/deliveries?state=lost" });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: "/state", value: "lost" }] } });
    await rig.engine.stop();
  });

  test("get() answers 404 when there is none, or it is another tenant's", async () => {
    const rig = await createApiRig();
    const { deliveryId } = await ring(rig, 2 * MINUTE);
    expect((await rig.send({ path: "/v1/deliveries/dlv_nope" })).status).toBe(404);
    expect((await rig.send({ path: `/v1/deliveries/${deliveryId}`, key: "stranger" })).status).toBe(404);
    await rig.engine.stop();
  });
});
