import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { previewSchema } from "../schemas/preview.ts";

const path = "/v1/schedules/preview";

async function preview(body: object, headers: Record<string, string> = {}) {
  const { send } = await createApiRig();
  return send({ method: "POST", path, body, headers });
}

describe("POST /v1/schedules/preview", () => {
  test("preview() tells the next occurrences and the rule in words", async () => {
    const schedule = { cron: "30 8 * * 1-5", timeZone: "Europe/Paris" };
    const { status, body } = await preview({ schedule, count: 2 });
    expect(status).toBe(200);
    expect(previewSchema.parse(body)).toEqual(body);
    expect(body.text).toContain("Europe/Paris");
    expect(body.occurrences).toMatchObject([
      { nominal: "2026-03-02T08:30", due: "2026-03-02T07:30:00Z", resolution: { kind: "exact" } },
      { nominal: "2026-03-03T08:30", due: "2026-03-03T07:30:00Z" },
    ]);
  });

  test("preview() gives ten occurrences when no count is given, and up to 1000", async () => {
    const schedule = { every: "PT1H" };
    expect((await preview({ schedule })).body.occurrences).toHaveLength(10);
    expect((await preview({ schedule, count: 1000 })).body.occurrences).toHaveLength(1000);
  });

  test("preview() reads a floating rule in the given zone, else the tenant's, and the schedule's own wins", async () => {
    const at = "2026-07-01T09:00";
    const dueOf = async (body: object) => (await preview(body)).body.occurrences;
    expect(await dueOf({ schedule: { at } })).toMatchObject([{ due: "2026-07-01T07:00:00Z" }]);
    expect(await dueOf({ schedule: { at }, timeZone: "Asia/Tokyo" })).toMatchObject([
      { due: "2026-07-01T00:00:00Z" },
    ]);
    const both = { schedule: { at, timeZone: "UTC" }, timeZone: "Asia/Tokyo" };
    expect(await dueOf(both)).toMatchObject([{ due: "2026-07-01T09:00:00Z" }]);
  });

  test("preview() begins strictly after `after`, which may be past", async () => {
    const schedule = { cron: "0 0 * * *", timeZone: "UTC" };
    const { body } = await preview({ schedule, after: "2020-01-01T00:00:00Z", count: 1 });
    expect(body.occurrences).toMatchObject([{ due: "2020-01-02T00:00:00Z" }]);
  });

  test("preview() tells of a skipped time", async () => {
    const schedule = { at: "2026-03-29T02:30", timeZone: "Europe/Paris" };
    const { body } = await preview({ schedule });
    expect(body.occurrences).toMatchObject([{ due: "2026-03-29T01:30:00Z", resolution: { kind: "gap" } }]);
  });

  test("preview() gives the code of an unknown zone wherever it stands", async () => {
    for (const body of [
      { schedule: { cron: "0 9 * * *" }, timeZone: "Mars/One" },
      { schedule: { cron: "0 9 * * *", timeZone: "Mars/One" } },
    ])
      expect(await preview(body)).toMatchObject({ status: 400, body: { code: "unknown_time_zone" } });
  });

  test.each([
    ["no schedule", {}, "/schedule"],
    ["a count of 0", { schedule: { in: "PT1M" }, count: 0 }, "/count"],
    ["a count of 1001", { schedule: { in: "PT1M" }, count: 1001 }, "/count"],
    ["a count in words", { schedule: { in: "PT1M" }, count: "ten" }, "/count"],
    ["an `after` without offset", { schedule: { in: "PT1M" }, after: "2026-01-01T00:00" }, "/after"],
    ["an unknown zone", { schedule: { in: "PT1M" }, timeZone: "EST5" }, "/timeZone"],
    ["an unknown field", { schedule: { in: "PT1M" }, zone: "UTC" }, "/zone"],
    ["a header of a wrong form", { schedule: { in: "PT1M" } }, "/Idempotency-Key", '"x'],
    ["a broken schedule", { schedule: { cron: "x" } }, "/schedule/cron"],
    ["an impossible schedule", { schedule: { cron: "0 0 30 2 *" } }, "/schedule/cron"],
  ])("preview() names the field when there is %s", async (_name, body, path, key = "k") => {
    const got = await preview(body, { "idempotency-key": key });
    expect(got.status).toBe(400);
    expect(got.body.errors).toMatchObject([{ path, allowed: expect.stringMatching(/./) }]);
  });
});
