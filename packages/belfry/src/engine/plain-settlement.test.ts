import { expect, test } from "vitest";
import { acceptDue, claimRequest, settlementOf } from "../store/contract/fixtures.ts";
import type { Settlement } from "../store/store.ts";
import { createRig } from "./engine-fixture.ts";
import { plainSettlement } from "./plain-settlement.ts";

const UNSAID = "what was said of it could not be recorded; the log tells why";

async function claimed() {
  const { store } = createRig();
  await acceptDue(store);
  const [claim] = (await store.claim(claimRequest())).claims;
  if (!claim) throw new Error("Cannot test: nothing was claimed");
  return claim;
}

test("plainSettlement() keeps how a delivery ended, and nothing that others have said", async () => {
  const claim = await claimed();
  const attempt = {
    number: 1,
    worker: "wrk_1",
    startedAtMs: 0,
    durationMs: 1,
    outcome: "permanent",
    error: "words",
    response: { status: 410, body: "words" },
    ended: { state: "dead", reason: "words" },
  } as const;
  const follow = [{ ...claim.delivery, note: "webhook failed: words" }];
  const base = settlementOf(claim);
  const settlement = { ...base, state: "dead", reason: "words", attempt, follow } as Settlement;
  const plain = plainSettlement(settlement);
  expect(JSON.stringify({ ...plain, claimed: undefined })).not.toContain("words");
  expect(plain).toMatchObject({
    state: "dead",
    reason: UNSAID,
    deliveryId: base.deliveryId,
    fence: base.fence,
  });
  expect(plain.attempt).toMatchObject({ outcome: "permanent", error: UNSAID, ended: { state: "dead" } });
  expect(plain.follow?.[0]).toMatchObject({ note: `webhook failed: ${UNSAID}` });
});

test("plainSettlement() changes nothing of what was not tried", async () => {
  const { attempt: _, ...untried } = settlementOf(await claimed());
  const heldBack = { state: "scheduled", sendAtMs: 1, reason: "held back by quiet hours" } as const;
  const settlement: Settlement = { ...untried, ...heldBack };
  expect(plainSettlement(settlement)).toEqual(settlement);
});
