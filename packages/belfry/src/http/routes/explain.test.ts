import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { deliveryExplanationSchema, reminderExplanationSchema } from "../schemas/explanation.ts";
import { remind } from "./reminder-fixture.ts";

const MINUTE = 60_000;

describe("GET /v1/reminders/{id}/explain", () => {
  test("tells why, for programs and in sentences", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const { status, body } = await rig.send({ path: `${path}/explain` });
    expect(status).toBe(200);
    expect(reminderExplanationSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ outlook: { kind: "rings" }, campaign: null, recipient: null, asked: null });
    expect(String(body.text).split("\n")[0]).toMatch(/^rem_\w+ rings every/);
  });

  test("answers for one occurrence, and names what is wrong with another", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const asked = await rig.send({ path: `${path}/explain?occurrence=2026-02-01T09:01` });
    expect(reminderExplanationSchema.parse(asked.body)).toEqual(asked.body);
    expect(asked.body.asked).toMatchObject({ kind: "not-of-the-rule", occurrence: null });
    const wrong = await rig.send({ path: `${path}/explain?occurrence=soon` });
    expect(wrong).toMatchObject({
      status: 400,
      body: { errors: [{ path: "/occurrence", value: "soon", message: "is no time" }] },
    });
    const unknown = await rig.send({ path: `${path}/explain?at=now` });
    expect(unknown).toMatchObject({ status: 400, body: { errors: [{ path: "/at" }] } });
  });

  test("is not there for an unknown reminder, nor for another tenant", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    expect((await rig.send({ path: "/v1/reminders/rem_none/explain" })).body.detail).toBe(
      'Cannot explain the reminder: there is none with the id "rem_none"',
    );
    expect((await rig.send({ path: `${path}/explain`, key: "stranger" })).status).toBe(404);
  });
});

describe("GET /v1/deliveries/{id}/explain", () => {
  test("tells why, for programs and in sentences", async () => {
    const rig = await createApiRig();
    rig.outcome({ kind: "permanent", error: "410 Gone", response: { status: 410 } });
    await rig.engine.start();
    const body = { schedule: { in: "PT1M" }, to: { channel: "inbox" }, message: "Ring" };
    await rig.send({ method: "POST", path: "/v1/reminders", body });
    await rig.clock.advance(2 * MINUTE);
    const { body: list } = await rig.send({ path: "/v1/deliveries" });
    const [{ id } = { id: "" }] = list.items as { id: string }[];
    const explained = await rig.send({ path: `/v1/deliveries/${id}/explain` });
    expect(deliveryExplanationSchema.parse(explained.body)).toEqual(explained.body);
    expect(explained.body).toMatchObject({
      deliveryId: id,
      state: "dead",
      attempts: [{ outcome: "permanent", error: "410 Gone", response: { status: 410 } }],
      plan: { revision: 1, revisionNow: 1, spreadMs: 0 },
      fate: { kind: "dead" },
    });
    expect(explained.body.text).toContain("410 Gone");
    expect((await rig.send({ path: `/v1/deliveries/${id}/explain`, key: "stranger" })).status).toBe(404);
    expect((await rig.send({ path: "/v1/deliveries/dlv_none/explain" })).status).toBe(404);
    await rig.engine.stop();
  });
});
