import { expect, test } from "vitest";
import { DatabaseProxy } from "../../../test/faults/cluster/database-proxy.ts";
import { createDatabase } from "../../../test/postgres/shared-postgres.ts";
import { acceptDue, claimRequest, NOW, settlementOf } from "../contract/fixtures.ts";
import type { Settlement } from "../store.ts";
import { openPostgresStore, type PostgresStore } from "./store.ts";

const LATER = NOW + 60_000;

/** A store of which the answer to the next claim of what is due is lost. */
async function losingAnswers() {
  const database = await createDatabase();
  const proxy = await DatabaseProxy.start(Number(new URL(database.url).port));
  const options = { schema: "belfry", applicationName: "belfry untold", notifyWithinMs: 0, graceMs: 0 };
  const store = await openPostgresStore({ ...options, url: proxy.through(database.url), poolSize: 2 });
  const close = async () => {
    await store.close();
    await proxy[Symbol.asyncDispose]();
    await database.drop();
  };
  const loseNext = () => proxy.cutNext((message) => JSON.stringify(message).includes("claim_due"), "after");
  return { store, loseNext, [Symbol.asyncDispose]: close };
}

async function claimOne(store: PostgresStore, nowMs = NOW) {
  const [claim] = (await store.claim(claimRequest({ nowMs, leaseExpiresAtMs: nowMs + 30_000 }))).claims;
  if (!claim) throw new Error("Cannot test: nothing was claimed");
  return claim;
}

test.each(["plain", "half \ud83d", "NUL \0"])(
  "claim() gives what a claim took whose answer was lost when an attempt before says %j",
  async (body) => {
    await using lossy = await losingAnswers();
    const { store } = lossy;
    await acceptDue(store);
    const claim = await claimOne(store);
    const attempt = {
      number: 1,
      worker: "w",
      startedAtMs: NOW,
      durationMs: 1,
      outcome: "retryable",
      error: "busy",
    };
    const retry = {
      state: "retrying",
      sendAtMs: NOW,
      reason: "busy",
      attempt: { ...attempt, response: { body } },
    };
    await store.settle([{ ...settlementOf(claim), ...retry } as Settlement]);
    lossy.loseNext();
    await expect(claimOne(store)).rejects.toMatchObject({ code: "store_unreachable" });
    const again = await claimOne(store, NOW + 1);
    expect(again).toMatchObject({
      inDoubtOf: null,
      delivery: { id: claim.delivery.id, story: [{ response: { body } }] },
    });
  },
);

test("claim() tells whose attempt was in doubt when the answer to the claim that found it so was lost", async () => {
  await using lossy = await losingAnswers();
  const { store } = lossy;
  await acceptDue(store);
  const first = await claimOne(store);
  lossy.loseNext();
  await expect(claimOne(store, LATER)).rejects.toMatchObject({ code: "store_unreachable" });
  const again = await claimOne(store, LATER + 1);
  expect(again.inDoubtOf).toBe(claimRequest().worker);
  expect(again.delivery).toMatchObject({
    id: first.delivery.id,
    lostLeases: 1,
    story: [{ outcome: "in-doubt" }],
  });
});
