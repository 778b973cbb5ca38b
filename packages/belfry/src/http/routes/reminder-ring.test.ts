import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig, type Sent } from "../app-fixture.ts";
import { deliverySchema } from "../schemas/delivery.ts";
import { errorAt, REMINDER, remind } from "./reminder-fixture.ts";

const MINUTE = 60_000;
const ONE_OF_TWO = "for or until, one of the two";

function post(rig: ApiRig, path: string, sent: Partial<Sent> = {}) {
  return rig.send({ method: "POST", path, ...sent });
}

async function deliveriesOf(rig: ApiRig, path: string): Promise<Record<string, unknown>[]> {
  const { body } = await rig.send({ path: `/v1/deliveries?reminder=${path.split("/").at(-1)}` });
  return body.items as Record<string, unknown>[];
}

describe("POST /v1/reminders/{id}/trigger", () => {
  test("rings once now and leaves the rule alone", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    const path = await remind(rig);
    const before = (await rig.send({ path })).body;
    const { status, body, headers } = await post(rig, `${path}/trigger`);
    expect(status).toBe(201);
    expect(deliverySchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ kind: "trigger", state: "scheduled", due: "2026-03-01T00:00:00Z" });
    expect(headers.get("location")).toBe(`/v1/deliveries/${body.id}`);
    await rig.clock.advance(MINUTE);
    expect(await deliveriesOf(rig, path)).toMatchObject([{ id: body.id, state: "delivered" }]);
    expect((await rig.send({ path })).body).toEqual(before);
    await rig.engine.stop();
  });

  test("rings what is paused or finished, but not what is cancelled", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    const path = await remind(rig);
    await post(rig, `${path}/pause`);
    expect((await post(rig, `${path}/trigger`, { body: {} })).status).toBe(201);
    const once = await remind(rig, { ...REMINDER, schedule: { in: "PT1S" } });
    await rig.clock.advance(MINUTE);
    expect((await rig.send({ path: once })).body.state).toBe("finished");
    expect((await post(rig, `${once}/trigger`)).status).toBe(201);
    await rig.clock.advance(MINUTE);
    expect(await deliveriesOf(rig, path)).toMatchObject([{ state: "delivered" }]);
    expect(await deliveriesOf(rig, once)).toMatchObject([{ kind: "trigger" }, { kind: "rule" }]);
    await rig.send({ method: "DELETE", path });
    for (const [name, body] of [
      ["trigger", {}],
      ["snooze", { for: "PT1M" }],
    ] as const) {
      const over = await post(rig, `${path}/${name}`, { body });
      expect(over).toMatchObject({ status: 409, body: { code: "reminder_over" } });
      expect(over.body.detail).toBe(`Cannot ${name} the reminder: it is cancelled`);
    }
    await rig.engine.stop();
  });

  test("rings again for each request, also under one x-request-id, but once for an Idempotency-Key", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const ring = (headers: Record<string, string>) => post(rig, `${path}/trigger`, { headers });
    const ids = [];
    for (let i = 0; i < 2; i++) ids.push((await ring({ "x-request-id": "mine" })).body.id);
    for (let i = 0; i < 2; i++) ids.push((await ring({ "idempotency-key": "one" })).body.id);
    expect(new Set(ids).size).toBe(3);
    const again = await ring({ "idempotency-key": "one" });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("location")).toBe(`/v1/deliveries/${ids[2]}`);
    expect(await deliveriesOf(rig, path)).toHaveLength(3);
    rig.clock.jump(24 * 60 * MINUTE);
    expect(ids).not.toContain((await ring({ "idempotency-key": "one" })).body.id);
  });

  test("takes no fields", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const got = await post(rig, `${path}/trigger`, { body: { at: "now" } });
    expect(got.status).toBe(400);
    expect(errorAt(got, "/at")).toMatchObject({ value: "now", allowed: "no field at all" });
  });
});

describe("POST /v1/reminders/{id}/snooze", () => {
  test("rings once more, so long from now, and shifts nothing", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    const path = await remind(rig, { ...REMINDER, schedule: { every: "PT5M" } });
    const { status, body, headers } = await post(rig, `${path}/snooze`, { body: { for: "PT7M" } });
    expect(status).toBe(201);
    expect(deliverySchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ kind: "snooze", state: "scheduled", due: "2026-03-01T00:07:00Z" });
    expect(headers.get("location")).toBe(`/v1/deliveries/${body.id}`);
    await rig.clock.advance(10 * MINUTE);
    const delivered = (await deliveriesOf(rig, path)).filter((one) => one.state === "delivered");
    expect(delivered.map(({ due }) => String(due).slice(14, 16))).toEqual(["10", "07", "05"]);
    await rig.engine.stop();
  });

  test("rings at an instant, and once for an Idempotency-Key", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const request = {
      body: { until: "2026-03-02T09:00:00+01:00" },
      headers: { "idempotency-key": "one" },
    };
    const first = await post(rig, `${path}/snooze`, request);
    expect(first.body).toMatchObject({ due: "2026-03-02T08:00:00Z" });
    rig.clock.jump(MINUTE);
    const again = await post(rig, `${path}/snooze`, request);
    expect(again.body).toEqual(first.body);
    expect(await deliveriesOf(rig, path)).toHaveLength(1);
  });

  test.each([
    ["nothing", undefined, "", undefined, /for, until/],
    ["neither", {}, "/for", undefined, ONE_OF_TWO],
    ["both", { for: "PT1M", until: "2026-03-02T00:00Z" }, "/until", "2026-03-02T00:00Z", ONE_OF_TWO],
    ["a wait in words", { for: "soon" }, "/for", "soon", /ISO 8601 duration from PT1S to P366D/],
    ["a wait of a wrong type", { for: 10 }, "/for", 10, /ISO 8601 duration/],
    ["a wait with months", { for: "P1M" }, "/for", "P1M", /ISO 8601 duration/],
    ["no wait", { for: "PT0S" }, "/for", "PT0S", /ISO 8601 duration/],
    ["a wait of years", { for: "P367D" }, "/for", "P367D", /P366D/],
    ["a wall clock", { until: "2026-03-02T09:00" }, "/until", "2026-03-02T09:00", /an instant/],
    ["an instant that is over", { until: "2026-03-01T00:00Z" }, "/until", "2026-03-01T00:00Z", /to come/],
    ["an instant far ahead", { until: "2028-03-01T00:00Z" }, "/until", "2028-03-01T00:00Z", /P366D ahead/],
    ["an unknown field", { at: "now" }, "/at", "now", "only for, until"],
  ])("names the field when there is %s", async (_name, body, at, value, allowed) => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const got = await post(rig, `${path}/snooze`, { body });
    expect(got.status).toBe(400);
    const error = errorAt(got, at) as { value?: unknown; allowed: string };
    expect(error, JSON.stringify(got.body)).toMatchObject({
      allowed: typeof allowed === "string" ? allowed : expect.stringMatching(allowed),
    });
    expect(error.value).toEqual(value);
    expect(await deliveriesOf(rig, path)).toEqual([]);
  });
});

describe("POST /v1/deliveries/{id}/snooze", () => {
  test("rings the delivery's reminder once more", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    const path = await remind(rig, { ...REMINDER, schedule: { in: "PT1M" } });
    await rig.clock.advance(2 * MINUTE);
    const [delivery] = await deliveriesOf(rig, path);
    const snoozed = await post(rig, `/v1/deliveries/${delivery?.id}/snooze`, { body: { for: "PT10M" } });
    expect(snoozed).toMatchObject({
      status: 201,
      body: { kind: "snooze", reminderId: delivery?.reminderId, due: "2026-03-01T00:12:00Z" },
    });
    await rig.clock.advance(11 * MINUTE);
    expect((await rig.send({ path: `/v1/deliveries/${snoozed.body.id}` })).body.state).toBe("delivered");
    expect((await rig.send({ path })).body).toMatchObject({ state: "finished" });
    await rig.engine.stop();
  });
});

describe.each(["reminders/{id}/trigger", "reminders/{id}/snooze", "deliveries/{id}/snooze"])(
  "POST /v1/%s",
  (template) => {
    test("answers 404 to an id that there is not or is another's, and 403 to a key that reads", async () => {
      const rig = await createApiRig();
      const path = await remind(rig, { ...REMINDER, schedule: { in: "PT1M" } });
      const [delivery] = await deliveriesOf(rig, path);
      const known = template.startsWith("deliveries") ? delivery?.id : path.split("/").at(-1);
      const body = template.endsWith("snooze") ? { for: "PT1M" } : {};
      const pathOf = (id: unknown) => `/v1/${template.replace("{id}", String(id))}`;
      expect((await post(rig, pathOf("xyz_nope"), { body })).status).toBe(404);
      const strange = await post(rig, pathOf(known), { body, key: "stranger" });
      expect(strange).toMatchObject({ status: 404, body: { code: "not_found" } });
      expect((await post(rig, pathOf(known), { body, key: "read" })).status).toBe(403);
      expect(await deliveriesOf(rig, path)).toHaveLength(1);
    });
  },
);
