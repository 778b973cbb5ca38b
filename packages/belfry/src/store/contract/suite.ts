import { test as base, describe, type TestAPI } from "vitest";
import { acceptTests } from "./accept.ts";
import { accessTests } from "./access.ts";
import { changeTests } from "./change.ts";
import { claimTests } from "./claim.ts";
import type { OpenStore } from "./fixtures.ts";
import { readTests } from "./reads.ts";
import { settleTests } from "./settle.ts";
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
    claimTests(test);
    settleTests(test);
    readTests(test);
    accessTests(test);
    tellingTests(test);
    waitingTests(test);
    workerTests(test);
  });
}
