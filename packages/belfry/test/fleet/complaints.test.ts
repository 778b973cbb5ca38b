import { describe, expect, test } from "vitest";
import type { SimulatedDelivery, SimulatedReminder, SimulationRequest } from "../../src/domain/simulation.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import { DAY_MS, MINUTE_MS, ZONES } from "./fleet.ts";
import { wallOf } from "./wall-oracle.ts";

/** What users of other schedulers complain of, each tried on the real engine. */

const at = (text: string): number => Date.parse(text);
const timeZone = "America/New_York";
/** New York's clocks go forward on 12 March 2028 at 02:00, and back on 5 November at 02:00. */
const SPRING = { fromMs: at("2028-03-11T12:00Z"), toMs: at("2028-03-13T12:00Z") };
const AUTUMN = { fromMs: at("2028-11-04T12:00Z"), toMs: at("2028-11-06T12:00Z") };

async function deliveriesOf(request: Partial<SimulationRequest>): Promise<SimulatedDelivery[]> {
  const store = openSqliteStore({ path: ":memory:", nowMs: 0 });
  const nothing = { recipients: [], reminders: [], campaigns: [], outages: [], changes: [], timeZone: "UTC" };
  const report = await simulate({ stores: [store], request: { ...SPRING, ...nothing, ...request } });
  await store.close();
  expect([report.faults, report.leftOut]).toEqual([[], []]);
  return report.deliveries;
}

function ruleOf(schedule: object): SimulatedReminder {
  return { id: "rule", schedule, to: { channel: "inbox" }, content: { text: "hi" } };
}

function localOf(deliveries: readonly SimulatedDelivery[]): string[] {
  return deliveries.map(({ local }) => local);
}

describe("a digest at eight in everybody's morning", () => {
  test("reaches each of 30 zones at 08:00 on their own clocks, once every day of a year with all its clock changes", async () => {
    const stretch = { fromMs: at("2028-01-01T12:00Z"), toMs: at("2029-01-01T12:00Z") };
    const recipients = ZONES.map((zone) => ({
      id: zone,
      timeZone: zone,
      addresses: { email: `${zone}@one.test` },
    }));
    const digest = { id: "digest", schedule: { cron: "0 8 * * *" }, content: { text: "news" } };
    const all = await deliveriesOf({ ...stretch, recipients, campaigns: [digest] });
    const ofZone = Map.groupBy(all, ({ recipient }) => recipient);
    expect(ofZone.size).toBe(ZONES.length);
    for (const [zone, some] of ofZone) {
      const walls = some.map(({ sentMs }) => wallOf(sentMs ?? 0, zone ?? ""));
      const expected = Array.from({ length: 366 }, (_, day) => (walls[0] ?? 0) + day * DAY_MS);
      expect(walls).toEqual(expected);
      expect(new Date(walls[0] ?? 0).toISOString()).toContain("T08:00:00");
    }
  }, 120_000);
});

describe("an hour that comes twice", () => {
  test.each([
    [{ cron: "30 1 * * *", timeZone }],
    [{ rrule: "FREQ=DAILY", start: "2028-01-01T01:30", timeZone }],
    [{ text: "every day at 1:30", timeZone }],
  ])("rings %j once", async (schedule) => {
    const deliveries = await deliveriesOf({ ...AUTUMN, reminders: [ruleOf(schedule)] });
    expect(localOf(deliveries)).toEqual(["2028-11-05T01:30", "2028-11-06T01:30"]);
    expect(deliveries.map(({ sentMs }) => sentMs)).toEqual([
      at("2028-11-05T05:30Z"),
      at("2028-11-06T06:30Z"),
    ]);
    expect(deliveries[0]).toMatchObject({ resolved: "fold" });
  });

  test.each([
    [{ cron: "*/15 * * * *", timeZone }],
    [{ rrule: "FREQ=MINUTELY;INTERVAL=15", start: "2028-01-01T00:00", timeZone }],
    [{ every: "PT15M", start: "2028-01-01T00:00:00Z" }],
  ])("rings %j all through both, and through the hour that is left out", async (schedule) => {
    for (const stretch of [AUTUMN, SPRING]) {
      const deliveries = await deliveriesOf({ ...stretch, reminders: [ruleOf(schedule)] });
      const sent = deliveries.map(({ sentMs }) => sentMs);
      const quarters = (stretch.toMs - stretch.fromMs) / (15 * MINUTE_MS);
      const steps = sent.slice(1).map((ms, index) => (ms ?? 0) - (sent[index] ?? 0));
      expect(sent.length).toBeGreaterThanOrEqual(quarters - 1);
      expect(new Set(steps)).toEqual(new Set([15 * MINUTE_MS]));
    }
  });

  test("an hour that is left out moves a daily time behind it, and loses no day", async () => {
    const deliveries = await deliveriesOf({
      ...SPRING,
      reminders: [ruleOf({ cron: "30 2 * * *", timeZone })],
    });
    expect(localOf(deliveries)).toEqual(["2028-03-12T03:30", "2028-03-13T02:30"]);
    expect(deliveries[0]).toMatchObject({
      resolved: "gap",
      reason: expect.stringContaining("is skipped in America/New_York"),
    });
  });
});

describe("a scheduler that was away", () => {
  const RULES: [string, object][] = [
    ["once", { at: "2028-03-12T12:00:00Z" }],
    ["cron", { cron: "0 12 * * *" }],
    ["rrule", { rrule: "FREQ=WEEKLY", start: "2028-03-12T12:00" }],
    ["yearly", { yearly: { on: "03-12", time: "12:00" } }],
    ["every", { every: "PT24H", start: "2028-01-01T12:00:00Z" }],
  ];
  test.each([61_000, 5 * MINUTE_MS, 30 * MINUTE_MS, 23 * 60 * MINUTE_MS])(
    "for %d ms over the instant loses nothing, whatever the rule: it goes out late, with the reason",
    async (awayMs) => {
      const dueMs = at("2028-03-12T12:00Z");
      const outages = [{ fromMs: dueMs - 500, toMs: dueMs + awayMs }];
      const reminders = RULES.map(([id, schedule]) => ({ ...ruleOf(schedule), id }));
      const deliveries = await deliveriesOf({ reminders, outages });
      const ofDay = deliveries.filter((delivery) => delivery.dueMs === dueMs);
      expect(ofDay.map(({ source }) => source).sort()).toEqual(RULES.map(([id]) => id).sort());
      for (const delivery of ofDay) {
        expect(delivery).toMatchObject({
          state: "delivered",
          reason: expect.stringContaining("nothing ran from"),
        });
        expect((delivery.latenessMs ?? 0) - awayMs).toBeLessThan(1_000);
      }
    },
  );
});
