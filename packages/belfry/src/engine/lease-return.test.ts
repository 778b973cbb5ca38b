import { describe, expect, test } from "vitest";
import { ShortageError } from "../domain/errors.ts";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";
import { LeaseReturn } from "./lease-return.ts";

const SECOND = 1_000;
const LEASE = { tenantId: TENANT.id, deliveryId: "dlv_1", fence: 1 };

/** Has the store take nothing back, so many times. */
function failReleases({ store }: Rig, times: number): void {
  const { release } = store;
  let failures = 0;
  store.release = (leases) =>
    failures++ < times ? Promise.reject(new Error("the connection broke off")) : release(leases);
}

describe("a release that fails", () => {
  test("leaves nothing in doubt, and nothing late for long", async () => {
    const rig = createRig();
    await rig.engine.start();
    const id = await rig.accept({ schedule: { in: "PT2S" }, inDoubt: "hold" });
    await rig.clock.advance(500);
    failReleases(rig, 2);
    await expect(rig.engine.edit(TENANT, id, { content: { text: "new" } })).rejects.toThrow("broke off");
    await rig.clock.advance(3 * SECOND);
    expect(rig.channel.sent.map(({ attemptAtMs }) => attemptAtMs - START)).toEqual([2_500]);
    expect((await rig.store.counts(TENANT.id)).deliveries).toMatchObject({ delivered: 1 });
    expect(rig.faults).toContain("give leases back: Error: the connection broke off");
  });

  test("is not repeated for what is in hand again", async () => {
    const rig = createRig();
    const { clock, store } = rig;
    const released: string[] = [];
    let isBroken = true;
    store.release = async (leases) => {
      if (isBroken) throw new Error("the connection broke off");
      released.push(...leases.map(({ deliveryId }) => deliveryId));
    };
    let returns = 0;
    const leaseReturn = new LeaseReturn(
      { clock, store, onFault: () => {} },
      {
        undisturbed: (work) => work(),
        isHeld: (deliveryId) => deliveryId === "dlv_2",
        onReturned: () => {
          returns += 1;
        },
      },
    );
    await leaseReturn.giveSafely([LEASE, { ...LEASE, deliveryId: "dlv_2" }]);
    isBroken = false;
    await clock.advance(5 * SECOND);
    expect(released).toEqual(["dlv_1"]);
    expect(returns).toBe(1);
  });

  test("is repeated once more at the end, and not after it", async () => {
    const rig = createRig();
    const { clock, store } = rig;
    let tries = 0;
    store.release = async () => {
      tries += 1;
      throw new Error("the connection broke off");
    };
    const events = { undisturbed: (work: () => Promise<void>) => work(), isHeld: () => false };
    const leaseReturn = new LeaseReturn(
      { clock, store, onFault: () => {} },
      { ...events, onReturned: () => {} },
    );
    await leaseReturn.giveSafely([LEASE]);
    await leaseReturn.end([]);
    await clock.advance(10 * SECOND);
    expect(tries).toBe(2);
  });
});

test("stop() gives back what this machine could not try, which is not in doubt then", async () => {
  const rig = createRig();
  const { channel, clock, engine, store } = rig;
  channel.answer = async () => {
    await new Promise<void>((resolve) => clock.at(clock.now() + 2_000, resolve));
    throw new ShortageError("no handles");
  };
  await engine.start();
  await rig.accept({ schedule: { in: "PT1S" }, inDoubt: "hold" });
  await clock.advance(1_500);
  const stopping = engine.stop();
  await clock.advance(5 * SECOND);
  await stopping;
  expect((await store.counts(TENANT.id)).deliveries).toMatchObject({ leased: 0, scheduled: 1 });
});
