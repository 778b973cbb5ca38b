import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig, type Sent } from "../app-fixture.ts";
import { bulkRetrySchema } from "../schemas/bulk-retry.ts";
import { errorAt, REMINDER, remind } from "./reminder-fixture.ts";

const MINUTE = 60_000;
const ONCE = { ...REMINDER, schedule: { in: "PT1M" } };

/** Sends one reminder to its end; gives the delivery's id. */
async function settle(rig: ApiRig, error: string | null, body: object = ONCE): Promise<string> {
  rig.outcome(error === null ? { kind: "delivered" } : { kind: "permanent", error });
  const path = await remind(rig, body);
  await rig.clock.advance(2 * MINUTE);
  const { body: page } = await rig.send({ path: `/v1/deliveries?reminder=${path.split("/").at(-1)}` });
  const [delivery] = page.items as { id: string }[];
  return delivery?.id ?? "";
}

async function startedRig(): Promise<ApiRig> {
  const rig = await createApiRig();
  await rig.engine.start();
  return rig;
}

describe("POST /v1/deliveries/{id}/retry", () => {
  test("retry() sends a dead delivery again under its own id", async () => {
    const rig = await startedRig();
    const deliveryId = await settle(rig, "it is gone");
    const path = `/v1/deliveries/${deliveryId}`;
    expect((await rig.send({ path })).body.state).toBe("dead");
    rig.outcome({ kind: "delivered" });
    const retried = await rig.send({ method: "POST", path: `${path}/retry` });
    expect(retried).toMatchObject({ status: 200, body: { id: deliveryId, state: "scheduled" } });
    await rig.clock.advance(1_000);
    expect((await rig.send({ path })).body).toMatchObject({ state: "delivered", attempts: [{}, {}] });
    await rig.engine.stop();
  });

  test("retry() is told each time, with what had come of the delivery before", async () => {
    const rig = await startedRig();
    const path = `/v1/deliveries/${await settle(rig, "it is gone")}`;
    for (const error of ["it is gone again", null]) {
      rig.outcome(error === null ? { kind: "delivered" } : { kind: "permanent", error });
      await rig.clock.advance(MINUTE);
      await rig.send({ method: "POST", path: `${path}/retry` });
      await rig.clock.advance(MINUTE);
    }
    const { body } = await rig.send({ path });
    const story = body.story as { event: string; text: string }[];
    expect(story.map(({ event, text }) => (event === "settled" ? text : event)).slice(2)).toEqual([
      "attempt",
      "It is dead: it is gone.",
      "redriven",
      "attempt",
      "It is dead: it is gone again.",
      "redriven",
      "attempt",
      "It is delivered.",
    ]);
    await rig.engine.stop();
  });

  test("retry() answers 409 naming the states that may be retried, and 404 for none", async () => {
    const rig = await startedRig();
    const deliveryId = await settle(rig, null);
    const refused = await rig.send({ method: "POST", path: `/v1/deliveries/${deliveryId}/retry` });
    expect(refused).toMatchObject({ status: 409, body: { code: "delivery_not_retriable" } });
    expect(refused.body.detail).toBe(
      "Cannot retry the delivery: it is delivered; it must be dead or expired",
    );
    const path = "/v1/deliveries/dlv_nope/retry";
    expect((await rig.send({ method: "POST", path })).status).toBe(404);
    const withBody = await rig.send({ method: "POST", path, body: { now: true } });
    expect(withBody).toMatchObject({ status: 400, body: { errors: [{ path: "/now" }] } });
    await rig.engine.stop();
  });
});

describe("POST /v1/deliveries/retry", () => {
  const path = "/v1/deliveries/retry";
  const post = (rig: ApiRig, body?: unknown, sent: Partial<Sent> = {}) =>
    rig.send({ method: "POST", path, body, ...sent });
  const statesOf = async (rig: ApiRig, ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await rig.send({ path: `/v1/deliveries/${id}` })).body.state));

  test("sends all that is dead again, oldest first, as many as it is told", async () => {
    const rig = await startedRig();
    const ids = [await settle(rig, "a"), await settle(rig, "b"), await settle(rig, "c")];
    rig.outcome({ kind: "delivered" });
    const { status, body } = await post(rig, { limit: 2 });
    expect(status).toBe(200);
    expect(bulkRetrySchema.parse(body)).toEqual(body);
    expect(body).toEqual({ matched: 3, isExact: true, retried: 2, dryRun: false });
    await rig.clock.advance(MINUTE);
    expect(await statesOf(rig, ids)).toEqual(["delivered", "delivered", "dead"]);
    expect((await post(rig)).body).toMatchObject({ matched: 1, retried: 1 });
    expect((await post(rig, {})).body).toMatchObject({ matched: 0, retried: 0 });
    await rig.engine.stop();
  });

  test("only counts when it is a dry run", async () => {
    const rig = await startedRig();
    const id = await settle(rig, "a");
    const { body } = await post(rig, { dryRun: true });
    expect(body).toEqual({ matched: 1, isExact: true, retried: 0, dryRun: true });
    expect(await statesOf(rig, [id])).toEqual(["dead"]);
    await rig.engine.stop();
  });

  test("means what the filter says: state, channel, reminder, time and error", async () => {
    const rig = await startedRig();
    await settle(rig, "Timeout after 5 s");
    const between = new Date(rig.clock.now()).toISOString();
    rig.clock.jump(1);
    const later = await settle(rig, "it is gone", { ...ONCE, to: { channel: "inbox" } });
    const { reminderId, settledAt } = (await rig.send({ path: `/v1/deliveries/${later}` })).body;
    const count = async (filter: object) => (await post(rig, { filter, dryRun: true })).body.matched;
    expect(await count({})).toBe(2);
    expect(await count({ state: "expired" })).toBe(0);
    expect(await count({ channel: "inbox" })).toBe(1);
    expect(await count({ reminder: reminderId })).toBe(1);
    expect(await count({ reminder: "rem_nope" })).toBe(0);
    expect(await count({ since: between })).toBe(1);
    expect(await count({ until: between })).toBe(1);
    expect(await count({ since: settledAt })).toBe(1);
    expect(await count({ until: settledAt })).toBe(1);
    expect(await count({ error: "TIMEOUT" })).toBe(1);
    expect(await count({ error: "timeout", channel: "inbox" })).toBe(0);
    await rig.engine.stop();
  });

  test.each([
    ["a list", [], "", [], /filter, dryRun, limit/],
    ["an unknown field", { all: true }, "/all", true, "only filter, dryRun, limit"],
    ["a filter of a wrong type", { filter: "dead" }, "/filter", "dead", /^a JSON object with state/],
    ["an unknown filter", { filter: { id: "x" } }, "/filter/id", "x", /^only state, channel/],
    ["a state that is not failed", { filter: { state: "delivered" } }, "/filter/state", "delivered", /dead/],
    ["a channel of a wrong type", { filter: { channel: 1 } }, "/filter/channel", 1, /name of a channel/],
    ["a reminder with spaces", { filter: { reminder: "a b" } }, "/filter/reminder", "a b", /id of a rem/],
    [
      "a wall clock",
      { filter: { since: "2026-03-01T09:00" } },
      "/filter/since",
      "2026-03-01T09:00",
      /^an ins/,
    ],
    ["an instant in words", { filter: { until: "noon" } }, "/filter/until", "noon", /^an instant/],
    [
      "an end before its beginning",
      { filter: { since: "2026-03-02T00:00Z", until: "2026-03-01T00:00Z" } },
      "/filter/until",
      "2026-03-01T00:00Z",
      "an instant after since",
    ],
    ["an empty error", { filter: { error: "" } }, "/filter/error", "", /1 to 200 characters/],
    ["a NUL in an error", { filter: { error: "\u0000" } }, "/filter/error", "\u0000", /without NUL/],
    ["a dryRun in words", { dryRun: "yes" }, "/dryRun", "yes", "true or false"],
    ["no limit", { limit: 0 }, "/limit", 0, "a whole number from 1 to 1000"],
    ["too high a limit", { limit: 1001 }, "/limit", 1001, "a whole number from 1 to 1000"],
  ])("names the field when there is %s", async (_name, body, at, value, allowed) => {
    const rig = await createApiRig();
    const got = await post(rig, body);
    expect(got.status).toBe(400);
    expect(errorAt(got, at), JSON.stringify(got.body)).toMatchObject({
      value,
      allowed: typeof allowed === "string" ? allowed : expect.stringMatching(allowed),
    });
  });

  test("is done once for an Idempotency-Key", async () => {
    const rig = await startedRig();
    await settle(rig, "a");
    const headers = { "idempotency-key": "one" };
    const first = await post(rig, {}, { headers });
    expect(first.body).toMatchObject({ matched: 1, retried: 1 });
    await rig.clock.advance(MINUTE);
    const again = await post(rig, {}, { headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect((await post(rig, { limit: 1 }, { headers })).status).toBe(422);
    await rig.engine.stop();
  });

  test("touches nothing of another tenant, and refuses a key that may only read", async () => {
    const rig = await startedRig();
    const id = await settle(rig, "a");
    expect((await post(rig, {}, { key: "stranger" })).body).toMatchObject({ matched: 0, retried: 0 });
    expect((await post(rig, {}, { key: "read" })).status).toBe(403);
    expect(await statesOf(rig, [id])).toEqual(["dead"]);
    await rig.engine.stop();
  });
});
