import { describe, expect, test } from "vitest";
import { createRig, type Rig, TENANT } from "./engine-fixture.ts";
import { type EngineEvent, observeWith } from "./observer.ts";

const EVENT: EngineEvent = { kind: "missed", deliveries: 2 };

/** What a rig told, in short. */
function told({ events }: Rig): string[] {
  return events.filter(({ kind }) => kind !== "pass").map(brief);
}

function brief(event: EngineEvent): string {
  switch (event.kind) {
    case "attempt":
      return `attempt ${event.attempt.number} ${event.attempt.outcome} late ${event.latenessMs}`;
    case "settled":
      return `settled ${event.verdict.state}`;
    case "claimed":
      return event.isInDoubt ? "claimed in doubt" : "claimed";
    case "changed":
      return `changed ${event.what}, ${event.withdrawn} withdrawn`;
    default:
      return "deliveries" in event ? `${event.kind} ${event.deliveries}` : event.kind;
  }
}

describe("observeWith()", () => {
  test("observeWith() tells every observer, in order", () => {
    const heard: string[] = [];
    const observe = observeWith([() => heard.push("first"), () => heard.push("second")], () => {});
    observe(EVENT);
    expect(heard).toEqual(["first", "second"]);
  });

  test("observeWith() goes on when an observer throws, and reports it", () => {
    const faults: string[] = [];
    let heard = 0;
    const broken = (): void => {
      throw new Error("no room");
    };
    const observe = observeWith([broken, () => (heard += 1)], (what, error) =>
      faults.push(`${what}: ${String(error)}`),
    );
    observe(EVENT);
    expect({ heard, faults }).toEqual({ heard: 1, faults: ["tell of missed: Error: no room"] });
  });
});

describe("the engine", () => {
  test("tells the life of a delivery that is tried twice", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = ({ attempt }) =>
      attempt === 1 ? { kind: "retryable", error: "busy" } : { kind: "delivered" };
    await rig.accept({ schedule: { in: "PT1M" } });
    await rig.clock.advance(120_000);
    await rig.engine.stop();
    expect(told(rig)).toEqual([
      "accepted 1",
      "claimed",
      "attempt 1 retryable late 0",
      "settled retrying",
      "claimed",
      "attempt 2 delivered late null",
      "settled delivered",
    ]);
  });

  test("tells a promotion and the pass that made it", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT20M" } });
    await rig.clock.advance(10 * 60_000);
    await rig.engine.stop();
    expect(told(rig)).toEqual(["accepted 0", "promoted 1"]);
    const passes = rig.events.filter((event) => event.kind === "pass");
    expect(passes.filter(({ isOk }) => !isOk)).toEqual([]);
    expect(passes.filter(({ deliveries }) => deliveries > 0)).toHaveLength(1);
  });

  test("tells of a pass that a fault broke off", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.events.length = 0;
    rig.store.findDueReminders = () => Promise.reject(new Error("the disk is full"));
    await rig.clock.advance(60_000);
    await rig.engine.stop();
    expect(rig.events).toMatchObject([{ kind: "pass", deliveries: 0, isOk: false }]);
  });

  test("tells a dead letter, its redrive, and that no lateness counts then", async () => {
    const rig = createRig();
    await rig.engine.start();
    rig.channel.answer = () => ({ kind: "permanent", error: "unknown" });
    await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(2_000);
    const settled = rig.events.find((event) => event.kind === "settled");
    await rig.engine.redrive(TENANT.id, settled?.delivery.id ?? "");
    await rig.clock.advance(1_000);
    await rig.engine.stop();
    expect(told(rig)).toEqual([
      "accepted 1",
      "claimed",
      "attempt 1 permanent late 0",
      "settled dead",
      "redriven 1",
      "claimed",
      "attempt 2 permanent late null",
      "settled dead",
    ]);
  });

  test("tells what a cancellation withdrew", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { in: "PT1M" } });
    await rig.engine.cancel(TENANT.id, id);
    expect(told(rig)).toEqual(["accepted 1", "changed cancelled, 1 withdrawn"]);
  });

  test("tells what a cancellation took out of the worker's hands as settled", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { in: "PT1S" } });
    await rig.clock.advance(950);
    await rig.engine.cancel(TENANT.id, id);
    await rig.engine.stop();
    expect(told(rig)).toEqual([
      "accepted 1",
      "claimed",
      "settled cancelled",
      "changed cancelled, 0 withdrawn",
    ]);
  });

  test("tells of leases that are no longer its own", async () => {
    const rig = createRig();
    await rig.engine.start();
    await rig.accept({ schedule: { in: "PT1S" } });
    rig.store.settle = async (batch) => ({ refused: batch.map(({ deliveryId }) => deliveryId), kept: [] });
    await rig.clock.advance(2_000);
    await rig.engine.stop();
    expect(told(rig).slice(-2)).toEqual(["attempt 1 delivered late 0", "leases-lost 1"]);
  });

  test("tells that a destination which is gone switched its endpoint off", async () => {
    const rig = createRig();
    await rig.engine.start();
    const endpoint = { name: "crm", url: "http://crm.test/?token=s3cret", secrets: [] };
    await rig.engine.createEndpoint(TENANT, endpoint);
    rig.channel.answer = () => ({ kind: "permanent", error: "it answered 410", switchOff: true });
    await rig.accept({ schedule: { in: "PT1S" }, to: { endpoint: "crm" } });
    await rig.clock.advance(2_000);
    await rig.engine.stop();
    expect(rig.events.filter(({ kind }) => kind === "endpoint-off")).toEqual([
      { kind: "endpoint-off", tenantId: TENANT.id, name: "crm", reason: "it answered 410" },
    ]);
  });
});
