import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CatchUp } from "../../src/domain/reminder.ts";
import type { ReminderRequest } from "../../src/engine/engine.ts";
import { EngineOnFile } from "./engine-on-file.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DOWN = 24 * HOUR + 5 * MINUTE;

/** A moment before a full hour: what rings then is in a worker's hands when the process is killed. */
const KILLED_AT = Date.UTC(2026, 2, 28, 13, 59, 59, 950);
const BACK_AT = KILLED_AT + DOWN;
const ACCEPTED_AT = Date.UTC(2026, 2, 28, 12);
const timeZone = "Europe/Paris";

/** In the night between, Paris goes from 02:00 to 03:00: what was missed of each rule, in UTC. */
const RULES: Record<string, { schedule: object; missed: string[]; next: string | null }> = {
  "an hourly cron rule": {
    schedule: { cron: "0 * * * *", timeZone },
    missed: hoursFrom("2026-03-28T14:00:00.000Z", 25),
    next: "2026-03-29T15:00:00.000Z",
  },
  "a daily cron rule that falls into the gap": {
    schedule: { cron: "30 2 * * *", timeZone },
    missed: ["2026-03-29T01:30:00.000Z"],
    next: "2026-03-30T00:30:00.000Z",
  },
  "an rrule of two hours a day": {
    schedule: { rrule: "FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0;BYSECOND=0", start: "2026-03-01T08:00", timeZone },
    missed: ["2026-03-28T19:00:00.000Z", "2026-03-29T06:00:00.000Z"],
    next: "2026-03-29T18:00:00.000Z",
  },
  "an rrule that comes to its end": {
    schedule: {
      rrule: "FREQ=HOURLY;INTERVAL=6",
      start: "2026-03-28T09:00",
      until: "2026-03-29T12:00:00Z",
      timeZone,
    },
    missed: [
      "2026-03-28T14:00:00.000Z",
      "2026-03-28T20:00:00.000Z",
      "2026-03-29T02:00:00.000Z",
      "2026-03-29T08:00:00.000Z",
    ],
    next: null,
  },
  "an interval": {
    schedule: { every: "PT2H", start: "2026-03-28T00:00:00Z" },
    missed: hoursFrom("2026-03-28T14:00:00.000Z", 13, 2),
    next: "2026-03-29T16:00:00.000Z",
  },
};

const SENT: Record<CatchUp, (missed: readonly string[]) => string[]> = {
  all: (missed) => [...missed],
  latest: (missed) => missed.slice(-1),
  none: () => [],
};

const CASES = Object.keys(RULES).flatMap((rule) =>
  (["all", "latest", "none"] as const).map((catchUp) => [rule, catchUp] as const),
);

let engine: EngineOnFile;

beforeEach(async () => {
  engine = await EngineOnFile.start(ACCEPTED_AT);
});

afterEach(async () => {
  expect(engine.faults).toEqual([]);
  await engine[Symbol.asyncDispose]();
});

function hoursFrom(first: string, count: number, step = 1): string[] {
  return Array.from({ length: count }, (_, i) => new Date(Date.parse(first) + i * step * HOUR).toISOString());
}

/** Due instants of what was sent since the kill, in the order of sending. */
function sentSinceKill(): string[] {
  return engine.sent
    .filter(({ attemptAtMs }) => attemptAtMs > KILLED_AT)
    .map(({ dueMs }) => new Date(dueMs).toISOString());
}

async function acceptAndRunToKill(request: Partial<ReminderRequest>): Promise<string> {
  const id = await engine.accept({ usefulFor: "P2D", ...request });
  await engine.advance(KILLED_AT - ACCEPTED_AT);
  return id;
}

describe("24 hours after a kill, on the same database file", () => {
  test.each(CASES)(
    "%s with catchUp %s sends what the policy says of what was missed",
    async (name, catchUp) => {
      const rule = RULES[name];
      if (!rule) throw new Error(`Cannot find the rule ${name}`);
      await acceptAndRunToKill({ schedule: rule.schedule, catchUp });
      await engine.killForAndRestart(DOWN);
      await engine.advance(SECOND);
      const expected = SENT[catchUp](rule.missed);
      expect(sentSinceKill()).toEqual(expected);
      const nextAt = rule.next === null ? BACK_AT + HOUR : Date.parse(rule.next);
      await engine.advance(nextAt - BACK_AT);
      expect(sentSinceKill()[expected.length] ?? null).toBe(rule.next);
      const ids = engine.sent.map(({ deliveryId }) => deliveryId);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  test.each(["all", "latest", "none"] as const)(
    "a graceful stop before it makes no difference to catchUp %s",
    async (catchUp) => {
      await acceptAndRunToKill({ schedule: { cron: "0 * * * *" }, catchUp });
      await engine.stopForAndRestart(DOWN);
      await engine.advance(SECOND);
      expect(sentSinceKill()).toEqual(SENT[catchUp](hoursFrom("2026-03-28T14:00:00.000Z", 25)));
    },
  );

  test("catchUp all leaves out what is no longer useful", async () => {
    await acceptAndRunToKill({ schedule: { cron: "0 * * * *" }, catchUp: "all", usefulFor: "PT3H" });
    await engine.killForAndRestart(DOWN);
    await engine.advance(SECOND);
    // The first was in a worker's hands, and is judged when it is found again.
    expect(sentSinceKill()).toEqual(hoursFrom("2026-03-29T12:00:00.000Z", 3));
  });

  test("a one-off goes out late, once; one that is no longer useful expires and says so", async () => {
    const far = await engine.accept({ schedule: { at: "2026-03-29T03:30", timeZone } });
    const near = await engine.accept({ schedule: { at: "2026-03-28T14:00:00Z" } });
    const useless = await engine.accept({ schedule: { at: "2026-03-28T20:00:00Z" }, usefulFor: "PT6H" });
    await engine.advance(KILLED_AT - ACCEPTED_AT);
    await engine.killForAndRestart(DOWN);
    await engine.advance(MINUTE);
    expect(sentSinceKill()).toEqual(["2026-03-28T14:00:00.000Z", "2026-03-29T01:30:00.000Z"]);
    for (const id of [far, near])
      expect(await engine.deliveriesOf(id)).toMatchObject([{ state: "delivered" }]);
    expect(await engine.deliveriesOf(useless)).toMatchObject([
      { state: "expired", story: [], reason: expect.stringContaining("no longer useful") },
    ]);
  });

  test("what a worker held when it was killed is told as in doubt, also when catchUp lets it expire", async () => {
    const id = await acceptAndRunToKill({ schedule: { cron: "0 * * * *" }, catchUp: "none" });
    await engine.killForAndRestart(DOWN);
    await engine.advance(SECOND);
    const held = (await engine.deliveriesOf(id)).find(({ occurrence }) => occurrence.dueMs > KILLED_AT);
    expect(held).toMatchObject({
      state: "expired",
      story: [{ outcome: "in-doubt" }],
      reason: expect.stringContaining("catchUp is none"),
      settledAtMs: BACK_AT,
    });
  });
});

describe("a reminder that can no longer be planned", () => {
  test("is told of, and keeps no other from being sent", async () => {
    await engine.accept({ schedule: { cron: "*/5 * * * *", timeZone }, content: { text: "lost" } });
    await engine.accept({ schedule: { in: "PT10M" }, content: { text: "found" } });
    using database = new DatabaseSync(engine.databasePath);
    database.exec(`UPDATE reminders SET spec = replace(spec, '${timeZone}', 'Mars/Olympus_Mons')`);
    await engine.killForAndRestart(HOUR);
    await engine.advance(SECOND);
    expect(engine.sent.map(({ content }) => content.text)).toContain("found");
    expect(engine.faults.splice(0).join("\n")).toMatch(/plan reminder rem_\w+: .*Mars/);
  });
});

describe("a kill with a quick restart", () => {
  test("puts nothing in doubt whose instant had not come", async () => {
    const id = await engine.accept({ schedule: { in: "PT2S" }, inDoubt: "hold" });
    await engine.advance(SECOND);
    expect(await engine.deliveriesOf(id)).toMatchObject([{ state: "leased" }]);
    await engine.killForAndRestart(SECOND / 2);
    await engine.advance(2 * SECOND);
    expect(engine.sent.map(({ attemptAtMs }) => attemptAtMs - ACCEPTED_AT)).toEqual([2 * SECOND]);
    expect(await engine.deliveriesOf(id)).toMatchObject([
      { state: "delivered", lostLeases: 0, story: [{ outcome: "delivered" }] },
    ]);
  });

  test("sends what was due in between although catchUp is none: it is late, not missed", async () => {
    await engine.accept({ schedule: { every: "PT1M" }, catchUp: "none" });
    await engine.advance(MINUTE - SECOND / 4);
    await engine.killForAndRestart(SECOND / 2);
    await engine.advance(SECOND);
    expect(engine.sent.map(({ dueMs }) => dueMs - ACCEPTED_AT)).toEqual([MINUTE]);
  });
});
