import { describe, expect, test } from "vitest";
import { createRig, type Rig, TENANT } from "./engine-fixture.ts";

const SECOND = 1_000;

async function rigWithEndpoint(): Promise<Rig> {
  const rig = createRig();
  await rig.engine.createEndpoint(TENANT, { name: "hook", url: "http://one.test/", secrets: [] });
  await rig.engine.start();
  return rig;
}

describe("a named endpoint", () => {
  test("is read when a delivery is sent, so that a changed URL counts at once", async () => {
    const rig = await rigWithEndpoint();
    await rig.accept({ schedule: { in: "PT5S" }, to: { endpoint: "hook" } });
    await rig.clock.advance(4 * SECOND);
    await rig.engine.updateEndpoint(TENANT, "hook", { url: "http://two.test/", secrets: ["s"] });
    await rig.clock.advance(SECOND);
    expect(rig.channel.sent[0]?.destination).toEqual({ address: "http://two.test/", secrets: ["s"] });
  });

  test("goes off when its destination says that it is gone, and what follows is a dead letter", async () => {
    const rig = await rigWithEndpoint();
    rig.channel.answer = () => ({ kind: "permanent", error: "410 Gone", switchOff: true });
    await rig.accept({ schedule: { in: "PT1S" }, to: { endpoint: "hook" } });
    await rig.accept({ schedule: { in: "PT2S" }, to: { endpoint: "hook" } });
    await rig.clock.advance(3 * SECOND);
    expect(await rig.store.findEndpoint(TENANT.id, "hook")).toMatchObject({
      state: "off",
      offReason: "410 Gone",
    });
    expect(rig.channel.sent).toHaveLength(1);
  });

  test("a bare address that is gone switches nothing off", async () => {
    const rig = await rigWithEndpoint();
    rig.channel.answer = () => ({ kind: "permanent", error: "410 Gone", switchOff: true });
    await rig.accept({ schedule: { in: "PT1S" }, to: { channel: "webhook", address: "http://one.test/" } });
    await rig.clock.advance(2 * SECOND);
    expect(await rig.store.findEndpoint(TENANT.id, "hook")).toMatchObject({ state: "on" });
  });

  test("comes on again by hand, or with a new URL if the old one was gone", async () => {
    const rig = await rigWithEndpoint();
    const goOff = () =>
      rig.store.updateEndpoint({
        tenantId: TENANT.id,
        name: "hook",
        nowMs: 0,
        state: "off",
        offReason: "410 Gone",
      });
    await goOff();
    expect(await rig.engine.updateEndpoint(TENANT, "hook", { state: "on" })).toMatchObject({
      state: "on",
      offReason: null,
    });
    await goOff();
    expect(await rig.engine.updateEndpoint(TENANT, "hook", { url: "http://one.test/" })).toMatchObject({
      state: "off",
    });
    expect(await rig.engine.updateEndpoint(TENANT, "hook", { url: "http://two.test/" })).toMatchObject({
      state: "on",
    });
  });

  test("stays off by hand whatever its URL", async () => {
    const rig = await rigWithEndpoint();
    await rig.engine.updateEndpoint(TENANT, "hook", { state: "off" });
    expect(await rig.engine.updateEndpoint(TENANT, "hook", { url: "http://two.test/" })).toMatchObject({
      state: "off",
    });
  });

  test("refuses a URL that the channel refuses, and is null if there is none of the name", async () => {
    const rig = await rigWithEndpoint();
    await expect(rig.engine.updateEndpoint(TENANT, "hook", { url: "nonsense" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(await rig.engine.updateEndpoint(TENANT, "other", { state: "on" })).toBeNull();
  });
});
