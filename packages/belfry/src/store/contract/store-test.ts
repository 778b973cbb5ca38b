import type { Store } from "../store.ts";

/** What each test of the suite is given: an empty store of its own. */
export interface StoreTest {
  store: Store;
}
