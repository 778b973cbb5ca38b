import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig, type Sent } from "../app-fixture.ts";
import { changedReminderSchema, skippedReminderSchema } from "../schemas/reminder.ts";
import { errorAt, NEAR, remind } from "./reminder-fixture.ts";

const MINUTE = 60_000;
const CHANGES = ["pause", "resume", "skip"] as const;

function post(rig: ApiRig, path: string, sent: Partial<Sent> = {}) {
  return rig.send({ method: "POST", path, ...sent });
}

async function deliveredDues(rig: ApiRig): Promise<string[]> {
  const { body } = await rig.send({ path: "/v1/deliveries?state=delivered" });
  return (body.items as { due: string }[]).map(({ due }) => due.slice(14, 16)).reverse();
}

describe("POST /v1/reminders/{id}/pause and /resume", () => {
  test("take back what waits, and go on with what is to come", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    const path = await remind(rig, NEAR);
    const paused = await post(rig, `${path}/pause`);
    expect(paused.status).toBe(200);
    expect(changedReminderSchema.parse(paused.body)).toEqual(paused.body);
    expect(paused.body).toMatchObject({ state: "paused", revision: 2, planned: 0, inFlight: 0 });
    expect(paused.body.withdrawn).toBeGreaterThan(0);
    expect(paused.headers.get("etag")).toBe('"2"');
    await rig.clock.advance(12 * MINUTE);
    expect(await deliveredDues(rig)).toEqual([]);
    const resumed = await post(rig, `${path}/resume`, { body: { missed: "none" } });
    expect(resumed).toMatchObject({ status: 200, body: { state: "active", revision: 3, withdrawn: 0 } });
    expect(resumed.body.planned).toBeGreaterThan(0);
    await rig.clock.advance(5 * MINUTE);
    expect(await deliveredDues(rig)).toEqual(["15"]);
    await rig.engine.stop();
  });

  test("resume() sends what was missed as the reminder's catchUp says, or as it is told", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    const path = await remind(rig, NEAR);
    await post(rig, `${path}/pause`);
    await rig.clock.advance(12 * MINUTE);
    await post(rig, `${path}/resume`);
    await rig.clock.advance(MINUTE);
    expect(await deliveredDues(rig)).toEqual(["10"]);
    await post(rig, `${path}/pause`);
    await rig.clock.advance(12 * MINUTE);
    await post(rig, `${path}/resume`, { body: { missed: "all" } });
    await rig.clock.advance(MINUTE);
    expect(await deliveredDues(rig)).toEqual(["10", "15", "20", "25"]);
    await rig.engine.stop();
  });

  test("change nothing the second time", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    expect((await post(rig, `${path}/resume`, { body: {} })).body).toMatchObject({
      state: "active",
      revision: 1,
    });
    await post(rig, `${path}/pause`);
    const again = await post(rig, `${path}/pause`, { body: {} });
    expect(again).toMatchObject({ status: 200, body: { state: "paused", revision: 2, withdrawn: 0 } });
  });

  test.each([
    ["pause", { now: true }, "/now", true, "no field at all"],
    ["resume", { missed: "some" }, "/missed", "some", "one of latest, all, none"],
    ["resume", { missed: null }, "/missed", null, "one of latest, all, none"],
    ["resume", { catchUp: "all" }, "/catchUp", "all", "only missed"],
    ["resume", [], "", [], /missed/],
    ["skip", { occurrence: 5 }, "/occurrence", 5, /nominal time/],
    ["skip", { occurrence: "" }, "/occurrence", "", /nominal time/],
    ["skip", { occurrence: "2026-03-01T05:01" }, "/occurrence", "2026-03-01T05:01", /nominal time/],
    ["skip", { occurrence: "\u0000" }, "/occurrence", "\u0000", "Unicode text without NUL"],
    ["skip", { count: 2 }, "/count", 2, "only occurrence"],
  ])("%s names the field when the body is %j", async (name, body, at, value, allowed) => {
    const rig = await createApiRig();
    const path = await remind(rig);
    const got = await post(rig, `${path}/${name}`, { body });
    expect(got.status).toBe(400);
    expect(errorAt(got, at), JSON.stringify(got.body)).toMatchObject({
      value,
      allowed: typeof allowed === "string" ? allowed : expect.stringMatching(allowed),
    });
    expect((await rig.send({ path })).body).toMatchObject({ state: "active", revision: 1 });
  });
});

describe("POST /v1/reminders/{id}/skip", () => {
  test("leaves out the next occurrence, or the one that is named", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    const path = await remind(rig, NEAR);
    const next = await post(rig, `${path}/skip`);
    expect(next.status).toBe(200);
    expect(skippedReminderSchema.parse(next.body)).toEqual(next.body);
    expect(next.body).toMatchObject({
      skipped: { nominal: "2026-03-01T00:05:00Z", due: "2026-03-01T00:05:00Z" },
      next: { nominal: "2026-03-01T00:10:00Z" },
      revision: 2,
      withdrawn: 1,
    });
    const named = await post(rig, `${path}/skip`, { body: { occurrence: "2026-03-01T00:15:00Z" } });
    expect(named.body).toMatchObject({ skipped: { nominal: "2026-03-01T00:15:00Z" }, revision: 3 });
    await rig.clock.advance(21 * MINUTE);
    expect(await deliveredDues(rig)).toEqual(["10", "20"]);
    await rig.engine.stop();
  });

  test("answers 409 when nothing is to come, and when a worker holds it", async () => {
    const rig = await createApiRig();
    const path = await remind(rig, { ...NEAR, schedule: { every: "PT5M", count: 1 } });
    await post(rig, `${path}/snooze`, { body: { for: "PT1H" } });
    await post(rig, `${path}/skip`);
    const none = await post(rig, `${path}/skip`);
    expect(none).toMatchObject({ status: 409, body: { code: "nothing_to_skip" } });
    const held = await remind(rig, NEAR);
    const { body } = await rig.send({ path: held });
    const occurrence = (body.next as { nominal: string }).nominal;
    await rig.store.claim({
      worker: "wrk_other",
      nowMs: rig.clock.now(),
      horizonMs: rig.clock.now() + 6 * MINUTE,
      leaseExpiresAtMs: rig.clock.now() + 30 * MINUTE,
      limit: 10,
      laneLimit: 10,
      held: new Map(),
    });
    const inFlight = await post(rig, `${held}/skip`, { body: { occurrence } });
    expect(inFlight).toMatchObject({ status: 409, body: { code: "delivery_in_flight" } });
    expect(inFlight.body.detail).toContain("dlv_");
  });
});

describe.each(CHANGES)("POST /v1/reminders/{id}/%s", (name) => {
  test("answers 404 to an id that there is not or is another's, and 409 once it is over", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    expect((await post(rig, `/v1/reminders/rem_nope/${name}`)).status).toBe(404);
    const strange = await post(rig, `${path}/${name}`, { key: "stranger" });
    expect(strange).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect((await post(rig, `${path}/${name}`, { key: "read" })).status).toBe(403);
    await rig.send({ method: "DELETE", path });
    const over = await post(rig, `${path}/${name}`);
    expect(over).toMatchObject({ status: 409, body: { code: "reminder_over" } });
  });

  test("changes only the revision that If-Match names", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    if (name === "resume") await post(rig, `${path}/pause`);
    const { body, headers } = await rig.send({ path });
    const stale = await post(rig, `${path}/${name}`, { headers: { "if-match": '"99"' } });
    expect(stale).toMatchObject({ status: 412, body: { code: "precondition_failed" } });
    expect((await rig.send({ path })).body).toEqual(body);
    const etag = headers.get("etag") ?? "";
    const good = await post(rig, `${path}/${name}`, { headers: { "if-match": etag } });
    expect(good).toMatchObject({ status: 200, body: { revision: Number(body.revision) + 1 } });
    const broken = await post(rig, `${path}/${name}`, { headers: { "if-match": "x" } });
    expect(broken.status).toBe(400);
    expect(errorAt(broken, "/If-Match")).toBeDefined();
  });

  test("does it once for an Idempotency-Key, and gives the same answer again", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    if (name === "resume") await post(rig, `${path}/pause`);
    const headers = { "idempotency-key": "one" };
    const first = await post(rig, `${path}/${name}`, { headers });
    const again = await post(rig, `${path}/${name}`, { headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("etag")).toBe(first.headers.get("etag"));
    expect((await rig.send({ path })).body.revision).toBe(first.body.revision);
  });
});
