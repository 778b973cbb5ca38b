import fc from "fast-check";
import { expect, test } from "vitest";
import { DELIVERY_STATES } from "../domain/delivery.ts";
import { createRig, type Rig, TENANT } from "./engine-fixture.ts";

const MINUTE = 60_000;
/** An hour apart from one to the next, so that what was sent in one comes again in another. */
const ZONES = ["UTC", "Europe/Paris", "Atlantic/Azores", "America/Noronha"];
const RULE = "0,20,40 * * * *";
/** Fixed times of day, so that a change of the zone could ring them again. */
const TIMES = ["5 6 * * *", "5,35 1-7 * * *", "10 2,4,6 * * *"];

interface Step {
  /** Minutes to wait before it. */
  wait: number;
  act: (rig: Rig, id: string) => Promise<unknown>;
  /** Whether every occurrence of the rule is still to be sent. */
  keepsRule: boolean;
}

function step(keepsRule: boolean, act: Step["act"]): Omit<Step, "wait"> {
  return { keepsRule, act };
}

const harmless = [
  step(true, ({ engine }, id) => engine.edit(TENANT, id, { content: { text: "new" } })),
  step(true, ({ engine }, id) =>
    engine.edit(TENANT, id, { retry: { maxAttempts: 9, initial: "PT1S", max: "PT1M" } }),
  ),
  step(true, ({ engine }, id) =>
    engine.ring(TENANT, { reminderId: id, kind: "trigger", key: "t", atMs: null }),
  ),
  step(true, async (rig) => {
    await rig.engine.stop();
    rig.engine = rig.restart();
    await rig.engine.start();
  }),
  step(true, async ({ channel }) => {
    let count = 0;
    channel.answer = () =>
      ++count % 3 === 0 ? { kind: "delivered" } : { kind: "retryable", error: "broken" };
  }),
];
const changing = [
  ...ZONES.map((timeZone) =>
    step(false, ({ engine }, id) => {
      // A target of its own, so that the deliveries have ids of their own too.
      const to = { channel: "webhook", address: `http://${timeZone.replace("/", ".")}.test/` };
      return engine.edit(TENANT, id, { to, schedule: { cron: TIMES[1] ?? "", timeZone } });
    }),
  ),
  ...TIMES.map((cron) => step(false, ({ engine }, id) => engine.edit(TENANT, id, { schedule: { cron } }))),
  step(false, ({ engine }, id) => {
    const to = { channel: "webhook", address: "http://two.test/" };
    return engine.edit(TENANT, id, { to });
  }),
  step(false, ({ engine }, id) => engine.pause(TENANT, id)),
  step(false, ({ engine }, id) => engine.resume(TENANT, id, { missed: "all" })),
  step(false, ({ engine }, id) => engine.resume(TENANT, id, { missed: "latest" })),
  step(false, ({ engine }, id) => engine.skip(TENANT, id)),
  step(false, ({ engine }) =>
    engine.redriveAll(TENANT.id, { filter: { state: "dead" }, limit: 100, dryRun: false }),
  ),
];

function stepsOf(some: readonly Omit<Step, "wait">[]): fc.Arbitrary<Step[]> {
  const one = fc
    .tuple(fc.integer({ min: 0, max: 45 }), fc.constantFrom(...some))
    .map(([wait, what]) => ({ wait, ...what }));
  return fc.array(one, { minLength: 1, maxLength: 8 });
}

/** Takes the steps, and then lets everything come to rest. */
async function play(steps: readonly Step[], schedule: object): Promise<{ rig: Rig; id: string }> {
  const rig = createRig({ tickMs: 10 * MINUTE });
  await rig.engine.start();
  const retry = { maxAttempts: 9, initial: "PT1S", max: "PT1M" };
  const id = await rig.accept({ schedule, retry, catchUp: "all" });
  for (const { wait, act } of steps) {
    await rig.clock.advance(wait * MINUTE);
    await act(rig, id);
  }
  rig.channel.answer = () => ({ kind: "delivered" });
  await rig.engine.resume(TENANT, id, { missed: "all" });
  await rig.clock.advance(180 * MINUTE);
  await rig.engine.stop();
  return { rig, id };
}

/** Occurrences that were delivered, with how often. */
async function deliveredOnce({ store }: Rig): Promise<void> {
  const { items } = await store.listEvents({
    tenantId: TENANT.id,
    after: "start",
    limit: 10_000,
    types: ["delivery.delivered"],
    reminderId: undefined,
  });
  const occurrences: string[] = [];
  for (const { deliveryId } of items) {
    const delivery = await store.findDelivery(TENANT.id, deliveryId ?? "");
    occurrences.push(delivery?.occurrenceId ?? "missing");
  }
  expect(occurrences.length).toBe(new Set(occurrences).size);
}

async function countsAreRight({ store }: Rig): Promise<void> {
  const { deliveries } = await store.counts(TENANT.id);
  for (const state of DELIVERY_STATES) {
    const request = { tenantId: TENANT.id, limit: 1_000, after: undefined, reminderId: undefined, state };
    expect([state, deliveries[state]]).toEqual([state, (await store.listDeliveries(request)).items.length]);
  }
}

test("no order of changes, restarts and failures sends an occurrence twice", async () => {
  await fc.assert(
    fc.asyncProperty(stepsOf([...harmless, ...changing]), async (steps) => {
      const { rig } = await play(steps, { cron: TIMES[1] ?? "" });
      await deliveredOnce(rig);
      await countsAreRight(rig);
      expect(rig.faults).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 120_000);

test("changes that leave the rule alone lose no occurrence of it", async () => {
  await fc.assert(
    fc.asyncProperty(stepsOf(harmless), async (steps) => {
      const { rig, id } = await play(steps, { cron: RULE });
      const request = { tenantId: TENANT.id, limit: 1_000, after: undefined, reminderId: id };
      const { items } = await rig.store.listDeliveries({ ...request, state: "delivered" });
      const ofRule = items.filter((delivery) => delivery.kind === "rule");
      const instants = new Set(ofRule.map((delivery) => delivery.occurrence.dueMs));
      const passed = (rig.clock.now() - Date.UTC(2026, 2, 1)) / (20 * MINUTE);
      // From the instant of its acceptance on, that one among them.
      expect(instants.size).toBe(Math.floor(passed) + 1);
    }),
    { numRuns: 60 },
  );
}, 120_000);
