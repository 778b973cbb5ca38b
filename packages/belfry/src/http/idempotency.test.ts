import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig, type Sent, START, TENANT } from "./app-fixture.ts";

const REMINDER = { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: "Ring" };
const HOUR = 3_600_000;

function keyed(key: string, change: Partial<Sent> = {}): Sent {
  return {
    method: "POST",
    path: "/v1/reminders",
    body: REMINDER,
    headers: { "idempotency-key": key },
    ...change,
  };
}

async function count(rig: ApiRig): Promise<number> {
  const { items } = await rig.store.listReminders({
    tenantId: TENANT.id,
    limit: 100,
    after: undefined,
    state: undefined,
  });
  return items.length;
}

describe("createIdempotency()", () => {
  test("replays status and body when the same request comes again, quoted or bare", async () => {
    const rig = await createApiRig();
    const first = await rig.send(keyed("abc"));
    const second = await rig.send(keyed('"abc"'));
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(await count(rig)).toBe(1);
  });

  test("answers 422 when another request bears the key", async () => {
    const rig = await createApiRig();
    await rig.send(keyed("abc"));
    const other = await rig.send(keyed("abc", { body: { ...REMINDER, message: "Other" } }));
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect(await count(rig)).toBe(1);
  });

  test("keeps keys of other routes and tenants apart", async () => {
    const rig = await createApiRig();
    const first = await rig.send(keyed("abc"));
    const stranger = await rig.send(keyed("abc", { key: "stranger" }));
    expect(stranger.status).toBe(201);
    expect(stranger.body.id).not.toBe(first.body.id);
    const batch = keyed("abc", { path: "/v1/reminders/batch", body: { reminders: [REMINDER] } });
    expect((await rig.send(batch)).status).toBe(200);
    const again = await rig.send(batch);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await count(rig)).toBe(2);
  });

  test("answers 409 while the first is still running, and makes one reminder of many requests at once", async () => {
    const rig = await createApiRig();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rig.send(keyed("abc"))));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    const running = answers.find((answer) => answer.status === 409);
    expect(running?.body.code).toBe("idempotency_running");
    expect(running?.headers.get("retry-after")).toBe("1");
    expect(await count(rig)).toBe(1);
    expect((await rig.send(keyed("abc"))).status).toBe(201);
  });

  test("replays the other's answer when another process was faster with the same request", async () => {
    let isHidden = true;
    const rig = await createApiRig();
    const findReceipt: typeof rig.store.findReceipt = async (key) => {
      // The record of the other process commits between our look and our commit.
      if (!isHidden) return rig.store.findReceipt(key);
      isHidden = false;
      return null;
    };
    const late = await createApiRig({ store: { findReceipt } });
    const first = await rig.send(keyed("abc"));
    const accept: typeof rig.engine.accept = (...request) => rig.engine.accept(...request);
    late.engine.accept = accept;
    const second = await late.send(keyed("abc"));
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    expect(await count(rig)).toBe(1);
  });

  test("keeps nothing of a refusal, so that it can be corrected under the same key", async () => {
    const rig = await createApiRig();
    expect((await rig.send(keyed("abc", { body: { ...REMINDER, schedule: { cron: "x" } } }))).status).toBe(
      400,
    );
    expect((await rig.send(keyed("abc"))).status).toBe(201);
  });

  test("keeps nothing of a fault, so that it can be repeated", async () => {
    const rig = await createApiRig();
    const accept = rig.engine.accept;
    rig.engine.accept = () => Promise.reject(new Error("boom"));
    expect((await rig.send(keyed("abc"))).status).toBe(500);
    rig.engine.accept = accept;
    const repeated = await rig.send(keyed("abc"));
    expect(repeated.status).toBe(201);
    expect(repeated.headers.get("idempotency-replayed")).toBeNull();
  });

  test("replays for 24 hours", async () => {
    const rig = await createApiRig();
    await rig.send(keyed("abc"));
    rig.clock.jump(24 * HOUR - 1);
    expect((await rig.send(keyed("abc"))).headers.get("idempotency-replayed")).toBe("true");
  });

  test("takes a key for a new one when its record is older than 24 hours and purged", async () => {
    const rig = await createApiRig();
    const first = await rig.send(keyed("abc"));
    rig.clock.jump(24 * HOUR);
    const kept = { historyBeforeMs: START, eventsBeforeMs: START, sentKeysBeforeMs: START };
    await rig.store.purge({ ...kept, receiptsBeforeMs: rig.clock.now(), limit: 10 });
    const later = await rig.send(keyed("abc"));
    expect(later.status).toBe(201);
    expect(later.body.id).not.toBe(first.body.id);
  });

  test("works for endpoints and for retries", async () => {
    const rig = await createApiRig();
    const endpoint = keyed("abc", {
      path: "/v1/endpoints",
      body: { name: "a", url: "https://example.com/" },
    });
    expect((await rig.send(endpoint)).status).toBe(201);
    expect((await rig.send(endpoint)).status).toBe(201);
    await rig.engine.start();
    rig.outcome({ kind: "permanent", error: "gone" });
    await rig.send({
      method: "POST",
      path: "/v1/reminders",
      body: { ...REMINDER, schedule: { in: "PT1S" } },
    });
    await rig.clock.advance(5_000);
    const { body } = await rig.send({ path: "/v1/deliveries?state=dead" });
    const id = (body.items as { id: string }[])[0]?.id;
    const retry = keyed("abc", { path: `/v1/deliveries/${id}/retry`, body: undefined });
    expect((await rig.send(retry)).status).toBe(200);
    expect((await rig.send(retry)).headers.get("idempotency-replayed")).toBe("true");
    expect((await rig.send({ ...retry, path: "/v1/deliveries/dlv_other/retry" })).status).toBe(422);
    await rig.engine.stop();
  });

  test.each([
    ["empty", ""],
    ["too long", "a".repeat(256)],
    ["not closed", '"abc'],
    ["empty in quotes", '""'],
    ["badly escaped", '"a\\b"'],
    ["not ASCII", "caf\u00e9"],
  ])("refuses a key that is %s", async (_name, key) => {
    const { send } = await createApiRig();
    const got = await send(keyed(key));
    expect(got).toMatchObject({ status: 400, body: { errors: [{ path: "/Idempotency-Key" }] } });
  });
});
