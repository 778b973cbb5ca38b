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

  test("list() filters by channel, recipient, campaign, due instants and reason", async () => {
    const rig = await createApiRig();
    rig.outcome({ kind: "permanent", error: "it answered 410 Gone" });
    await ring(rig, 2 * MINUTE);
    const found = async (query: string) => {
      const { status, body } = await rig.send({ path: `/v1/deliveries?${query}` });
      return [status, (body.items as unknown[] | undefined)?.length];
    };
    expect(await found("channel=webhook&error=410%20GONE&state=dead")).toEqual([200, 1]);
    expect(await found("since=2026-03-01T00:01:00Z&until=2026-03-01T00:01:00.001Z")).toEqual([200, 1]);
    for (const none of [
      "channel=inbox",
      "error=timeout",
      "recipient=rcp_1",
      "campaign=cmp_1",
      "until=2026-03-01T00:01:00Z",
      "since=2026-03-01T01:01:01%2B01:00",
    ])
      expect([none, ...(await found(none))]).toEqual([none, 200, 0]);
    await rig.engine.stop();
  });

  test.each([
    ["since=yesterday", "/since", "yesterday", "is not an instant"],
    ["until=2026-03-01T00:01:00", "/until", "2026-03-01T00:01:00", "is not an instant"],
    [
      "since=2026-03-02T00:00:00Z&until=2026-03-02T00:00:00Z",
      "/until",
      "2026-03-02T00:00:00Z",
      "is not after since",
    ],
    ["recipient=a%20b", "/recipient", "a b", expect.anything()],
    ["campaign=%C3%A9", "/campaign", "\u00e9", expect.anything()],
    ["channel=", "/channel", "", expect.anything()],
    [`error=${"e".repeat(201)}`, "/error", expect.anything(), expect.anything()],
    ["user=1", "/user", "1", expect.anything()],
  ])("list() refuses %s, and names what is wrong", async (query, path, value, message) => {
    const rig = await createApiRig();
    const { status, body } = await rig.send({ path: `/v1/deliveries?${query}` });
    expect([status, body.errors]).toMatchObject([
      400,
      [{ path, value, message, allowed: expect.anything() }],
    ]);
  });

  test("get() answers 404 when there is none, or it is another tenant's", async () => {
    const rig = await createApiRig();
    const { deliveryId } = await ring(rig, 2 * MINUTE);
    expect((await rig.send({ path: "/v1/deliveries/dlv_nope" })).status).toBe(404);
    expect((await rig.send({ path: `/v1/deliveries/${deliveryId}`, key: "stranger" })).status).toBe(404);
    await rig.engine.stop();
  });
});
