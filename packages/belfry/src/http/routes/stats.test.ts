import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { statsSchema } from "../schemas/stats.ts";
import { NEAR, REMINDER, remind } from "./reminder-fixture.ts";

const MINUTE = 60_000;

describe("GET /v1/stats", () => {
  test("tells states, what was settled of late, and what is to come", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    await remind(rig, { ...REMINDER, schedule: { in: "PT1M" } });
    await rig.clock.advance(2 * MINUTE);
    await remind(rig, NEAR);
    const { status, body } = await rig.send({ path: "/v1/stats", key: "read" });
    expect(status).toBe(200);
    expect(statsSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      at: "2026-03-01T00:02:00Z",
      reminders: { active: 1, paused: 0, finished: 1, cancelled: 0 },
      deliveries: { delivered: 1, scheduled: 3, dead: 0 },
      oldestWaitingDue: "2026-03-01T00:07:00Z",
    });
    const stats = statsSchema.parse(body);
    expect(stats.windows.map(({ window }) => window)).toEqual(["PT5M", "PT1H", "P1D"]);
    expect(stats.windows[0]).toMatchObject({
      delivered: 1,
      attempts: 1,
      failedAttempts: 0,
      latenessMs: { p50: 0, max: 0 },
      latencyMs: { p50: 0, max: 0 },
    });
    expect(stats.nextHour.perMinute).toHaveLength(60);
    expect(stats.nextHour.perMinute[5]).toBe(1);
    expect(stats.nextHour.total).toBe(stats.nextHour.perMinute.reduce((sum, count) => sum + count, 0));
    await rig.engine.stop();
  });

  test("tells nothing of another tenant, and null where there is nothing", async () => {
    const rig = await createApiRig();
    await remind(rig, NEAR);
    const stats = statsSchema.parse((await rig.send({ path: "/v1/stats", key: "stranger" })).body);
    expect(stats).toMatchObject({ reminders: { active: 0 }, oldestWaitingDue: null, nextHour: { total: 0 } });
    expect(stats.windows[2]).toMatchObject({ delivered: 0, latenessMs: null, latencyMs: null });
  });
});
