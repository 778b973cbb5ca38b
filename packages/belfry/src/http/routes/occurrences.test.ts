import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { comingOccurrencesSchema } from "../schemas/coming-occurrence.ts";
import { errorAt, NEAR, remind } from "./reminder-fixture.ts";

describe("GET /v1/reminders/{id}/occurrences", () => {
  test("shows what waits and then what the rule rings, soonest first", async () => {
    const rig = await createApiRig();
    const path = await remind(rig, NEAR);
    await rig.send({ method: "POST", path: `${path}/skip` });
    const snoozed = await rig.send({ method: "POST", path: `${path}/snooze`, body: { for: "PT7M" } });
    const { status, body } = await rig.send({ path: `${path}/occurrences?count=4` });
    expect(status).toBe(200);
    expect(comingOccurrencesSchema.parse(body)).toEqual(body);
    expect(body.occurrences).toMatchObject([
      { due: "2026-03-01T00:07:00Z", kind: "snooze", deliveryId: snoozed.body.id },
      { due: "2026-03-01T00:10:00Z", kind: "rule", deliveryId: expect.stringMatching(/^dlv_/) },
      { due: "2026-03-01T00:15:00Z", kind: "rule", deliveryId: expect.stringMatching(/^dlv_/) },
      { due: "2026-03-01T00:20:00Z", nominal: "2026-03-01T00:20:00Z", kind: "rule", deliveryId: null },
    ]);
  });

  test("shows ten when no count is given, and none once the reminder is cancelled", async () => {
    const rig = await createApiRig();
    const path = await remind(rig, NEAR);
    expect((await rig.send({ path: `${path}/occurrences` })).body.occurrences).toHaveLength(10);
    expect((await rig.send({ path: `${path}/occurrences?count=100` })).body.occurrences).toHaveLength(100);
    await rig.send({ method: "DELETE", path });
    expect((await rig.send({ path: `${path}/occurrences` })).body).toEqual({ occurrences: [] });
  });

  test.each(["0", "101", "-1", "1.5", "ten", ""])("names the count when it is %j", async (count) => {
    const rig = await createApiRig();
    const got = await rig.send({ path: `${await remind(rig)}/occurrences?count=${count}` });
    expect(got.status).toBe(400);
    expect(errorAt(got, "/count")).toMatchObject({ value: count, allowed: "a whole number from 1 to 100" });
  });

  test("answers 404 to an id that there is not or is another's", async () => {
    const rig = await createApiRig();
    const path = `${await remind(rig)}/occurrences`;
    expect((await rig.send({ path, key: "read" })).status).toBe(200);
    expect((await rig.send({ path, key: "stranger" })).status).toBe(404);
    expect((await rig.send({ path: "/v1/reminders/rem_nope/occurrences" })).status).toBe(404);
    expect((await rig.send({ path: `${path}?limit=2` })).status).toBe(400);
  });
});
