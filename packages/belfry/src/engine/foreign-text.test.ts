import { describe, expect, test } from "vitest";
import type { Delivery } from "../domain/delivery.ts";
import type { Outcome } from "../domain/outcome.ts";
import { TENANT } from "./engine-fixture.ts";
import { createPeople, type People, STORES } from "./people-fixture.ts";

const TEXT = "printer said \0 and half \ud83d";
const KEPT = "printer said \uFFFD and half \uFFFD";

/** What the channel of one of two deliveries answers; the other's says that it is delivered. */
const OUTCOMES: readonly (readonly [string, Outcome, string])[] = [
  ["a failure that may pass", { kind: "retryable", error: TEXT, response: { body: TEXT } }, "retrying"],
  ["a failure for good", { kind: "permanent", error: TEXT, response: { body: TEXT } }, "dead"],
  ["a delivery", { kind: "delivered", providerId: TEXT, response: { body: TEXT } }, "delivered"],
];

async function deliveriesOf({ store }: People): Promise<readonly Delivery[]> {
  const page = { tenantId: TENANT.id, limit: 10, after: undefined, reminderId: undefined, state: undefined };
  return (await store.listDeliveries(page)).items;
}

describe.each(STORES)("what a channel answers with text that PostgreSQL does not take, on %s,", (kind) => {
  test.each(OUTCOMES)("is recorded as %s, and holds up no other", async (_, outcome, state) => {
    await using people = await createPeople(kind, {});
    await people.put("rcp_ada", { addresses: { sms: "+1" } });
    await people.put("rcp_bob", { addresses: { sms: "+2" } });
    people.answer = ({ address }) => (address === "+1" ? outcome : { kind: "delivered" });
    await people.engine.start();
    for (const recipient of ["rcp_ada", "rcp_bob"])
      await people.accept({
        schedule: { in: "PT1S" },
        to: { recipient },
        retry: { initialMs: 600_000, maxMs: 600_000, maxAttempts: 5 },
      } as never);
    await people.clock.advance(3_000);
    const deliveries = await deliveriesOf(people);
    const [ada] = deliveries.filter(({ recipientId }) => recipientId === "rcp_ada");
    const [bob] = deliveries.filter(({ recipientId }) => recipientId === "rcp_bob");
    expect(bob).toMatchObject({ state: "delivered" });
    expect(ada).toMatchObject({ state, story: [{ outcome: outcome.kind, response: { body: KEPT } }] });
    if (outcome.kind !== "delivered") expect(ada?.reason).toBe(KEPT);
    expect(people.faults).toEqual([]);
  });
});
