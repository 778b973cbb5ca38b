import { expect, test } from "vitest";
import { createRig, type Rig, TENANT } from "./engine-fixture.ts";

const SECOND = 1_000;

function wait({ clock }: Rig, ms: number): Promise<void> {
  return new Promise((resolve) => clock.at(clock.now() + ms, resolve));
}

test("what comes in hand with its lease ended, while others' leases are renewed, is renewed too and sent", async () => {
  const rig = createRig();
  const { renew, claim } = rig.store;
  rig.store.renew = async (...asked) => {
    const lost = await renew(...asked);
    await wait(rig, 20 * SECOND);
    return lost;
  };
  let late: string[] = [];
  // What is claimed of it comes back after a lease's length.
  rig.store.claim = async (request) => {
    const claimed = await claim(request);
    const isLate = claimed.claims.some(({ reminder }) => late.includes(reminder.id));
    late = [];
    if (isLate) await wait(rig, 31 * SECOND);
    return claimed;
  };
  const answer = Promise.withResolvers<{ kind: "delivered" }>();
  rig.channel.answer = ({ content }) => (content.text === "long" ? answer.promise : { kind: "delivered" });
  await rig.engine.start();
  await rig.accept({ schedule: { in: "PT1S" }, content: { text: "long" } });
  await rig.clock.advance(4 * SECOND);
  late.push(await rig.accept({ schedule: { in: "PT1S" } }));
  await rig.clock.advance(60 * SECOND);
  answer.resolve({ kind: "delivered" });
  await rig.clock.advance(60 * SECOND);
  expect(rig.texts()).toEqual(["long", "hi"]);
  const request = {
    tenantId: TENANT.id,
    limit: 10,
    after: undefined,
    reminderId: undefined,
    state: undefined,
  };
  const stories = (await rig.store.listDeliveries(request)).items.map(({ story }) => story);
  expect(stories.flat().map(({ outcome }) => outcome)).toEqual(["delivered", "delivered"]);
});
