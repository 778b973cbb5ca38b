import { afterEach, beforeEach, expect, test } from "vitest";
import { createRig, type Rig, START } from "./engine-fixture.ts";
import { shareTexts } from "./share-texts.ts";

let rig: Rig;

beforeEach(() => {
  rig = createRig();
});

afterEach(() => rig.store.close());

test("shareTexts() leaves every claim as it says, whomever it goes to", async () => {
  await rig.accept({ to: { channel: "webhook", address: "https://a.example/" } });
  await rig.accept({
    to: { channel: "webhook", address: "https://b.example/" },
    schedule: { at: "2026-03-01T01:01", timeZone: "Europe/Paris" },
  });
  await rig.accept({ to: { channel: "webhook", address: "https://a.example/" } });
  const request = {
    worker: "wrk_1",
    nowMs: START,
    horizonMs: START + 86_400_000,
    leaseExpiresAtMs: START + 1_000,
  };
  const { claims } = await rig.store.claim({ ...request, limit: 10, laneLimit: 10, held: new Map() });
  const before = structuredClone(claims);
  shareTexts(claims);
  expect(claims).toHaveLength(3);
  expect(claims).toEqual(before);
});
