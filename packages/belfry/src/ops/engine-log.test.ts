import { describe, expect, test } from "vitest";
import { createRig, type Rig, TENANT } from "../engine/engine-fixture.ts";
import type { EngineEvent } from "../engine/observer.ts";
import { createEngineLog } from "./engine-log.ts";
import { createLog } from "./log.ts";

type Line = Record<string, unknown> & { level: string; msg: string };

/** What a log of this level writes of some events. */
function linesOf(level: string, events: readonly EngineEvent[]): Line[] {
  const lines: string[] = [];
  const stream = { write: (text: string) => lines.push(text) };
  const log = createLog({ level, format: "json", isTerminal: false, stream, now: () => 0 });
  const observe = createEngineLog(log);
  for (const event of events) observe(event);
  return lines.map((line) => JSON.parse(line) as Line);
}

/** A rig that has sent one reminder to an address with secrets in it: once in vain, then for good. */
async function eventful(): Promise<Rig> {
  const rig = createRig();
  const endpoint = { name: "crm", url: "http://crm.test/?token=s3cret", secrets: [] };
  await rig.engine.createEndpoint(TENANT, endpoint);
  await rig.engine.start();
  rig.channel.answer = ({ attempt }) =>
    attempt === 1
      ? { kind: "retryable", error: "it answered 503", response: { status: 503, body: "down" } }
      : { kind: "permanent", error: "it answered 410", switchOff: true };
  const address = "http://user:s3cret@one.test/hook?token=s3cret";
  await rig.accept({ to: { channel: "webhook", address }, content: { text: "private" } });
  await rig.accept({ to: { endpoint: "crm" }, content: { text: "private" } });
  await rig.clock.advance(120_000);
  await rig.engine.stop();
  return rig;
}

describe("createEngineLog()", () => {
  test("createEngineLog() writes each change of state with its ids when the level is debug", async () => {
    const { events } = await eventful();
    const lines = linesOf("debug", events);
    const texts = lines.map(({ level, msg }) => `${level} ${msg}`);
    for (const text of ["reminder accepted", "scheduler passed"]) expect(texts).toContain(`debug ${text}`);
    const ofOne = lines.filter((line) => line.destination === "one.test");
    expect(ofOne.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      "debug delivery claimed",
      "debug attempt retryable",
      "debug delivery retrying",
      "debug delivery claimed",
      "debug attempt permanent",
      "warn delivery dead",
    ]);
    expect(lines.find(({ msg }) => msg === "attempt retryable")).toMatchObject({
      tenantId: TENANT.id,
      deliveryId: expect.stringMatching(/^dlv_/),
      reminderId: expect.stringMatching(/^rem_/),
      channel: "webhook",
      attempt: 1,
      latenessMs: 0,
      status: 503,
      error: "it answered 503",
    });
  });

  test("createEngineLog() shows neither messages nor what an address may hide", async () => {
    const { events } = await eventful();
    const text = JSON.stringify(linesOf("trace", events));
    expect(text).not.toMatch(/private|s3cret|token|\/hook|down/);
    expect(text).toContain('"destination":"one.test"');
    expect(text).toContain('"destination":"@crm"');
  });

  test("createEngineLog() writes only what a person should look at when the level is info", async () => {
    const { events } = await eventful();
    expect(linesOf("info", events).map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      "warn endpoint switched off",
      "warn delivery dead",
      "warn delivery dead",
    ]);
  });

  test("createEngineLog() writes a pass that did something when the level is info", () => {
    const pass = { kind: "pass", deliveries: 3, durationMs: 4, isOk: true } as const;
    const found = linesOf("info", [pass, { ...pass, deliveries: 0 }, { ...pass, isOk: false }]);
    expect(found).toEqual([
      {
        level: "info",
        time: "1970-01-01T00:00:00.000Z",
        deliveries: 3,
        durationMs: 4,
        msg: "scheduler passed",
      },
    ]);
  });

  test("createEngineLog() says what was done to a reminder", () => {
    const event = { kind: "changed", tenantId: "tnt_1", reminderId: "rem_1", withdrawn: 2 } as const;
    const [line] = linesOf("debug", [{ ...event, what: "paused" }]);
    expect(line).toMatchObject({ msg: "reminder paused", reminderId: "rem_1", withdrawn: 2 });
  });

  test("createEngineLog() writes nothing when the log is silent", async () => {
    const { events } = await eventful();
    expect(linesOf("silent", events)).toEqual([]);
  });
});
