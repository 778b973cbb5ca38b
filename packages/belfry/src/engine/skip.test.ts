import { describe, expect, test } from "vitest";
import { changed, createRig, TENANT } from "./engine-fixture.ts";

const MINUTE = 60_000;

describe("skip()", () => {
  test("takes out what is 400,000 occurrences ahead, and rings all before it", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { every: "PT1M", start: "2026-03-01T00:00:00Z" } });
    const occurrence = "2026-12-04T18:40:00Z";
    expect(changed(await rig.engine.skip(TENANT, id, { occurrence }))).toMatchObject({
      skipped: { nominal: occurrence },
      withdrawn: 0,
    });
    const { reminder } = (await rig.store.findReminder(TENANT.id, id)) ?? {};
    expect(reminder?.skips.map(({ key }) => key)).toEqual([occurrence]);
  });

  test("takes the wall clock for a rule whose nominal times carry their offset", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { cron: "0 * * * *", timeZone: "Europe/Paris" } });
    const { skipped } = changed(await rig.engine.skip(TENANT, id, { occurrence: "2026-12-24T09:00" }));
    expect(skipped?.nominal).toBe("2026-12-24T09:00+01:00");
  });

  test("asks which is meant when a wall clock comes twice", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { cron: "30 * * * *", timeZone: "Europe/Paris" } });
    const allowed = 'one of "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"';
    await expect(rig.engine.skip(TENANT, id, { occurrence: "2026-10-25T02:30" })).rejects.toMatchObject({
      issues: [{ path: ["occurrence"], message: "comes twice", allowed }],
    });
    changed(await rig.engine.skip(TENANT, id, { occurrence: "2026-10-25T02:30+02:00" }));
    const { skipped } = changed(await rig.engine.skip(TENANT, id, { occurrence: "2026-10-25T02:30" }));
    expect(skipped?.nominal).toBe("2026-10-25T02:30+01:00");
  });

  test("says that one is left out already, and names another of this very rule", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { cron: "5 0 * * *" } });
    const allowed = 'the nominal time of one, such as "2026-03-02T00:05"';
    for (const occurrence of ["2026-03-01T00:05", "2028-03-01T00:05"]) {
      changed(await rig.engine.skip(TENANT, id, { occurrence }));
      await expect(rig.engine.skip(TENANT, id, { occurrence })).rejects.toMatchObject({
        issues: [{ path: ["occurrence"], value: occurrence, message: "is left out already", allowed }],
      });
    }
  });

  test("refuses what was sent, and what comes after the rule's end", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { cron: "5 0 * * *", count: 3 } });
    await rig.clock.advance(10 * MINUTE);
    const message = "is none of the occurrences to come";
    for (const occurrence of ["2026-03-01T00:05", "2026-03-04T00:05"]) {
      await expect(rig.engine.skip(TENANT, id, { occurrence })).rejects.toMatchObject({
        issues: [{ value: occurrence, message }],
      });
    }
    await rig.engine.stop();
  });

  test("has nothing to skip when a name is given and nothing is to come", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { cron: "5 0 * * *", count: 1 } });
    const key = { reminderId: id, kind: "snooze", key: "k", atMs: rig.clock.now() + MINUTE } as const;
    await rig.engine.ring(TENANT, key);
    changed(await rig.engine.skip(TENANT, id));
    expect(await rig.engine.skip(TENANT, id, { occurrence: "2026-03-02T00:05" })).toEqual({
      kind: "nothing-to-skip",
    });
  });
});
