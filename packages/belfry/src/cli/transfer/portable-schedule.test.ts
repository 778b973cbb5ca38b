import { describe, expect, test } from "vitest";
import type { ComingOccurrence, Reminder } from "../resources.ts";
import { sampleReminder } from "../test/samples.ts";
import { portableSchedule } from "./portable-schedule.ts";

type Schedule = Reminder["schedule"];

const CREATED = "2026-11-20T10:00:00.250Z";

function reminder(schedule: Schedule, changes: Partial<Reminder> = {}): Reminder {
  return sampleReminder({ schedule, createdAt: CREATED, timeZone: "Europe/Paris", ...changes });
}

async function neverAsked(): Promise<never> {
  throw new Error("Cannot be asked: it is known already");
}

function coming(due: string, kind: ComingOccurrence["kind"] = "rule"): ComingOccurrence {
  const { next } = sampleReminder();
  if (!next) throw new Error("Cannot make an occurrence: the sample has none");
  return { ...next, due, nominal: due.slice(0, 16), kind, deliveryId: null };
}

describe("portableSchedule() of what was never changed", () => {
  test.each<[Schedule, Schedule]>([
    [{ at: "2026-12-01T09:00" }, { at: "2026-12-01T09:00" }],
    [{ in: "PT15M" }, { at: "2026-11-20T10:15:00.250Z" }],
    [{ in: "P1D" }, { at: "2026-11-21T10:00:00.250Z" }],
    [{ every: "PT15M" }, { every: "PT15M", start: "2026-11-20T10:15:00.250Z" }],
    [
      { every: "PT1H", count: 3 },
      { every: "PT1H", count: 3, start: "2026-11-20T11:00:00.250Z" },
    ],
    [
      { every: "PT1H", start: "2026-01-01T00:00:00Z", count: 3 },
      { every: "PT1H", start: "2026-01-01T00:00:00Z", count: 3 },
    ],
    [
      { cron: "0 9 * * *", until: "2027-01-01" },
      { cron: "0 9 * * *", until: "2027-01-01" },
    ],
    [
      { cron: "0 9 * * *", count: 3 },
      { cron: "0 9 * * *", until: "2026-11-23T09:00" },
    ],
    [
      { cron: "0 9 * * *", count: 100, until: "2026-11-25T10:00", timeZone: "Asia/Tokyo" },
      { cron: "0 9 * * *", until: "2026-11-25T09:00", timeZone: "Asia/Tokyo" },
    ],
    [
      { cron: "*/30 * * * *", count: 2 },
      { cron: "*/30 * * * *", until: "2026-11-20T12:00+01:00" },
    ],
    [
      { yearly: { on: "02-29", time: "09:00" }, count: 2 },
      { yearly: { on: "02-29", time: "09:00" }, until: "2028-02-29T09:00" },
    ],
    [
      { rrule: "FREQ=DAILY", start: "2026-01-30T17:00", count: 5 },
      { rrule: "FREQ=DAILY", start: "2026-01-30T17:00", count: 5 },
    ],
  ])("makes of %j %j", async (schedule, expected) => {
    const made = await portableSchedule(reminder(schedule), neverAsked);
    expect(made).toEqual({ schedule: expected, isPortable: true });
  });

  test("leaves a count alone that reaches further than a century", async () => {
    const schedule = { yearly: { on: "03-15", time: "09:00" }, count: 500 };
    expect(await portableSchedule(reminder(schedule), neverAsked)).toEqual({ schedule, isPortable: false });
  });
});

describe("portableSchedule() of what was changed", () => {
  const ASKED = [
    coming("2026-11-23T08:35:00Z", "snooze"),
    coming("2026-11-23T09:00:00Z"),
    coming("2026-11-23T10:00:00Z"),
    coming("2026-11-23T10:30:00Z", "trigger"),
  ];

  test.each<[Schedule, Schedule]>([
    [{ in: "PT15M" }, { at: "2026-11-23T09:00:00Z" }],
    [{ every: "PT1H" }, { every: "PT1H", start: "2026-11-23T09:00:00Z" }],
    [
      { every: "PT1H", count: 7 },
      { every: "PT1H", start: "2026-11-23T09:00:00Z", until: "2026-11-23T10:00:00Z" },
    ],
    [
      { cron: "0 * * * *", count: 7 },
      { cron: "0 * * * *", until: "2026-11-23T10:00" },
    ],
  ])("makes of %j what is still to come: %j", async (schedule, expected) => {
    const made = await portableSchedule(reminder(schedule, { revision: 2 }), async () => ASKED);
    expect(made).toEqual({ schedule: expected, isPortable: true });
  });

  test("cannot say where a count ends when more is to come than the API shows", async () => {
    const many = Array.from({ length: 100 }, () => coming("2026-11-23T09:00:00Z"));
    const counted = reminder({ cron: "0 * * * *", count: 500 }, { revision: 2 });
    expect((await portableSchedule(counted, async () => many)).isPortable).toBe(false);
    const endless = reminder({ every: "PT1H" }, { revision: 2 });
    expect((await portableSchedule(endless, async () => many)).isPortable).toBe(true);
  });

  test("leaves alone what rings no more", async () => {
    const over = reminder({ in: "PT15M" }, { revision: 2, state: "finished" });
    expect(await portableSchedule(over, async () => [])).toEqual({
      schedule: { in: "PT15M" },
      isPortable: false,
    });
  });
});
