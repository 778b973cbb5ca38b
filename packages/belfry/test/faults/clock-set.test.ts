import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CatchUp } from "../../src/domain/reminder.ts";
import { EngineOnFile } from "./engine-on-file.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 2, 28, 12);

let engine: EngineOnFile;

beforeEach(async () => {
  engine = await EngineOnFile.start(START);
});

afterEach(async () => {
  expect(engine.faults).toEqual([]);
  await engine[Symbol.asyncDispose]();
});

/** Lets time pass minute by minute, as the many timers of a running engine do. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += MINUTE) await engine.advance(Math.min(MINUTE, ms - passed));
}

/** When each was sent, in minutes since the start by the clock as it was set then. */
function sentMinutes(text?: string): number[] {
  return engine.sent
    .filter(({ content }) => text === undefined || content.text === text)
    .map(({ attemptAtMs }) => Math.floor((attemptAtMs - START) / MINUTE));
}

function dueMinutes(): number[] {
  return engine.sent.map(({ dueMs }) => (dueMs - START) / MINUTE);
}

function expectNothingTwice(): void {
  const ids = engine.sent.map(({ deliveryId }) => deliveryId);
  expect(new Set(ids).size).toBe(ids.length);
}

const inMinutes = (minutes: number) => ({ schedule: { in: `PT${minutes}M` } });
const naming = (text: string) => ({ content: { text } });

describe("a clock that is set an hour forward", () => {
  test("lets all that fell due on the way go out at once", async () => {
    await engine.accept({ ...inMinutes(5), ...naming("near") });
    await engine.accept({ ...inMinutes(50), ...naming("far") });
    await engine.accept({ ...inMinutes(70), ...naming("to come") });
    await engine.advance(MINUTE);
    engine.setClockBy(HOUR);
    await engine.advance(2 * SECOND);
    expect(engine.sent.map(({ content }) => content.text).sort()).toEqual(["far", "near"]);
    await pass(10 * MINUTE);
    expect(sentMinutes("to come")).toEqual([70]);
  });

  test.each<[CatchUp, number[]]>([
    // What had been promoted is late; what had not was missed.
    ["none", [5, 10, 15]],
    ["latest", [5, 10, 15, 60]],
    ["all", [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]],
  ])("lets catchUp %s decide about what was skipped", async (catchUp, expected) => {
    await engine.accept({ schedule: { every: "PT5M" }, catchUp });
    await engine.advance(MINUTE);
    engine.setClockBy(HOUR);
    await engine.advance(2 * SECOND);
    expect(dueMinutes().sort((a, b) => a - b)).toEqual(expected);
    await pass(6 * MINUTE);
    expect(dueMinutes().at(-1)).toBe(65);
    expectNothingTwice();
  });

  test("takes no lease from what is being sent or waits for its instant", async () => {
    let finish = (): void => {};
    engine.channel.answer = ({ content }) =>
      content.text === "slow"
        ? new Promise((resolve) => (finish = () => resolve({ kind: "delivered" })))
        : { kind: "delivered" };
    const slow = await engine.accept({ schedule: { in: "PT1S" }, ...naming("slow"), inDoubt: "hold" });
    const held = await engine.accept({ schedule: { in: "PT3S" }, ...naming("held"), inDoubt: "hold" });
    await engine.advance(2 * SECOND);
    engine.setClockBy(HOUR);
    await engine.accept({ schedule: { in: "PT0S" }, ...naming("wakes") });
    await engine.advance(2 * SECOND);
    finish();
    await engine.advance(SECOND);
    for (const id of [slow, held])
      expect(await engine.deliveriesOf(id)).toMatchObject([
        { state: "delivered", lostLeases: 0, story: [{ outcome: "delivered" }] },
      ]);
    expectNothingTwice();
  });
});

describe("a clock that is set an hour back", () => {
  test("sends nothing twice, and goes on with its rules when they ring by the new time", async () => {
    await engine.accept({ schedule: { every: "PT10M" } });
    await pass(65 * MINUTE);
    expect(dueMinutes()).toEqual([10, 20, 30, 40, 50, 60]);
    engine.setClockBy(-HOUR);
    await pass(2 * HOUR);
    expect(dueMinutes()).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]);
    expect(sentMinutes().slice(6)).toEqual([70, 80, 90, 100, 110, 120]);
    expectNothingTwice();
  });

  test("lets each go out at its instant by the new time, whenever it was accepted", async () => {
    await engine.accept({ schedule: { at: new Date(START + 90 * MINUTE).toISOString() }, ...naming("old") });
    await pass(70 * MINUTE);
    engine.setClockBy(-HOUR);
    await engine.accept({ ...inMinutes(2), ...naming("near") });
    await engine.accept({ ...inMinutes(30), ...naming("far") });
    await pass(2 * HOUR);
    expect([sentMinutes("near"), sentMinutes("far"), sentMinutes("old")]).toEqual([[12], [40], [90]]);
  });

  test("keeps what a worker holds until its instant by the new time, and puts nothing in doubt", async () => {
    const id = await engine.accept({ schedule: { in: "PT2S" }, inDoubt: "hold" });
    await engine.advance(SECOND);
    engine.setClockBy(-HOUR);
    await pass(HOUR + MINUTE);
    expect(engine.sent.map(({ attemptAtMs }) => attemptAtMs - START)).toEqual([2 * SECOND]);
    expect(await engine.deliveriesOf(id)).toMatchObject([
      { state: "delivered", lostLeases: 0, story: [{ outcome: "delivered" }] },
    ]);
  });

  test("records what was being sent, with no negative duration", async () => {
    let finish = (): void => {};
    engine.channel.answer = () => new Promise((resolve) => (finish = () => resolve({ kind: "delivered" })));
    const id = await engine.accept({ schedule: { in: "PT1S" } });
    await engine.advance(2 * SECOND);
    engine.setClockBy(-HOUR);
    finish();
    await engine.advance(SECOND);
    expect(await engine.deliveriesOf(id)).toMatchObject([{ state: "delivered", story: [{ durationMs: 0 }] }]);
  });

  test("after a kill puts in doubt what was being sent, though its instant is to come again", async () => {
    engine.channel.answer = () => new Promise(() => {});
    const sent = await engine.accept({ schedule: { in: "PT1S" } });
    const held = await engine.accept({ schedule: { in: "PT1S" }, inDoubt: "hold" });
    await engine.advance(2 * SECOND);
    await engine.killForAndRestart(-HOUR);
    engine.channel.answer = () => ({ kind: "delivered" });
    await pass(HOUR + MINUTE);
    expect(await engine.deliveriesOf(held)).toMatchObject([
      { state: "dead", story: [{ outcome: "in-doubt" }] },
    ]);
    expect(await engine.deliveriesOf(sent)).toMatchObject([
      { state: "delivered", story: [{ outcome: "in-doubt" }, { outcome: "delivered" }] },
    ]);
  });

  test("lets catchUp decide about what is missed after the next kill as ever", async () => {
    await engine.accept({ schedule: { every: "PT1M" }, catchUp: "none" });
    await pass(10 * MINUTE);
    await engine.stopForAndRestart(0);
    engine.setClockBy(-HOUR);
    const later = await engine.accept({ schedule: { every: "PT1M" }, catchUp: "none" });
    await pass(5 * MINUTE);
    await engine.killForAndRestart(5 * MINUTE);
    await engine.advance(SECOND);
    const states = (await engine.deliveriesOf(later)).map(({ state }) => state);
    expect(states.filter((state) => state === "delivered").length).toBeGreaterThanOrEqual(4);
    expect(states.filter((state) => state === "expired").length).toBeGreaterThanOrEqual(4);
  });
});

test("a clock that is set forward by mistake and back again sends nothing twice and loses nothing", async () => {
  const ids = [await engine.accept({ schedule: { every: "PT20M" }, catchUp: "all" })];
  for (const minutes of [10, 50, 100]) ids.push(await engine.accept(inMinutes(minutes)));
  await pass(5 * MINUTE);
  engine.setClockBy(HOUR);
  await pass(MINUTE);
  engine.setClockBy(-HOUR);
  await pass(2 * HOUR);
  expect(dueMinutes().sort((a, b) => a - b)).toEqual([10, 20, 40, 50, 60, 80, 100, 100, 120]);
  expectNothingTwice();
});
