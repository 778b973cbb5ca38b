import { test as base, describe, type TestAPI } from "vitest";
import { acceptTests } from "./accept.ts";
import { accessTests } from "./access.ts";
import { acknowledgeTests } from "./acknowledge.ts";
import { calendarTests } from "./calendar.ts";
import { campaignTests } from "./campaigns.ts";
import { changeTests } from "./change.ts";
import { claimTests } from "./claim.ts";
import { deferTests } from "./defer.ts";
import { factTests } from "./facts.ts";
import type { OpenStore } from "./fixtures.ts";
import { followTests } from "./follow.ts";
import { followingTests } from "./following.ts";
import { keepTests } from "./keep.ts";
import { readTests } from "./reads.ts";
import { recipientTests } from "./recipients.ts";
import { settleTests } from "./settle.ts";
import { settleClaimedTests } from "./settle-claimed.ts";
import type { StoreTest } from "./store-test.ts";
import { tellingTests } from "./telling.ts";
import { waitingTests } from "./waiting.ts";
import { workerTests } from "./workers.ts";

/** What every store must do, whatever it is built on. */
export function describeStore(name: string, open: OpenStore): void {
  const test: TestAPI<StoreTest> = base.extend<StoreTest>({
    store: async ({ onTestFinished }, use) => {
      const store = await open();
      onTestFinished(() => store.close());
      await use(store);
    },
  });
  describe(`${name} keeps the store's contract`, () => {
    acceptTests(test);
    changeTests(test);
    campaignTests(test);
    claimTests(test);
    settleTests(test);
    settleClaimedTests(test);
    keepTests(test);
    acknowledgeTests(test);
    deferTests(test);
    followTests(test);
    factTests(test);
    readTests(test);
    recipientTests(test);
    followingTests(test);
    accessTests(test);
    tellingTests(test);
    calendarTests(test);
    waitingTests(test);
    workerTests(test);
  });
}
