import { describe, expect, test } from "vitest";
import { hashOfKey } from "../domain/api-key.ts";
import type { ApiKey, TenantRecord } from "../store/access.ts";
import { createCallers } from "./callers.ts";

const TENANT: TenantRecord = {
  id: "tnt_1",
  name: "One",
  timeZone: "Europe/Paris",
  revision: 1,
  createdAtMs: 0,
  updatedAtMs: 0,
};
const KEY: ApiKey = {
  tenantId: "tnt_1",
  id: "key_1",
  name: "k",
  hash: hashOfKey("a-key"),
  hint: null,
  scopes: ["read"],
  createdAtMs: 0,
  expiresAtMs: null,
  lastUsedAtMs: null,
};

/** A store of one key, which can be taken away and held up. */
function rigOf(change: Partial<ApiKey> = {}) {
  const state = {
    nowMs: 0,
    key: { ...KEY, ...change } as ApiKey | null,
    tenant: TENANT as TenantRecord | null,
  };
  const lookups: string[] = [];
  const uses: number[] = [];
  let held: Promise<void> = Promise.resolve();
  const store = {
    findKey: async (digest: string) => {
      lookups.push(digest);
      const found = digest === KEY.hash ? state.key : null;
      await held;
      return found;
    },
    findTenant: async () => state.tenant,
    noteKeyUse: async ({ nowMs }: { nowMs: number }) => {
      uses.push(nowMs);
      if (state.key) state.key = { ...state.key, lastUsedAtMs: nowMs };
    },
  };
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return resolve;
  };
  const callers = createCallers({ store, clock: { now: () => state.nowMs } });
  return { state, lookups, uses, hold, store, callers };
}

describe("createCallers()", () => {
  test("asks the store by hash, once in ten seconds, so that a revoked key ends", async () => {
    const { state, lookups, callers } = rigOf();
    expect(await callers.find("a-key")).toMatchObject({ key: { id: "key_1" }, tenant: TENANT });
    await callers.find("a-key");
    expect(lookups).toEqual([KEY.hash]);
    state.key = null;
    state.nowMs = 9_999;
    expect(await callers.find("a-key")).not.toBeNull();
    state.nowMs = 10_000;
    expect(await callers.find("a-key")).toBeNull();
  });

  test("does not remember keys that do not exist, nor those of no tenant", async () => {
    const { state, lookups, callers } = rigOf();
    for (let i = 0; i < 3; i++) expect(await callers.find("wrong")).toBeNull();
    expect(lookups).toHaveLength(3);
    state.tenant = null;
    expect(await callers.find("a-key")).toBeNull();
  });

  test("asks again at once for what it was told to forget", async () => {
    const { state, callers } = rigOf();
    await callers.find("a-key");
    state.tenant = { ...TENANT, timeZone: "Asia/Tokyo" };
    callers.forget("tnt_2");
    callers.forget("tnt_1", "key_2");
    expect((await callers.find("a-key"))?.tenant.timeZone).toBe("Europe/Paris");
    callers.forget("tnt_1");
    expect((await callers.find("a-key"))?.tenant.timeZone).toBe("Asia/Tokyo");
    state.key = null;
    callers.forget("tnt_1", "key_1");
    expect(await callers.find("a-key")).toBeNull();
  });

  test("asks again sooner when it is asked for something fresher", async () => {
    const { state, callers } = rigOf();
    await callers.find("a-key");
    state.key = null;
    state.nowMs = 2_999;
    expect(await callers.find("a-key", 3_000)).not.toBeNull();
    state.nowMs = 3_000;
    expect(await callers.find("a-key", 3_000)).toBeNull();
  });

  test("tells who watches whom it forgets, until they watch no more", async () => {
    const { callers } = rigOf();
    const heard: unknown[] = [];
    const stop = callers.watch((...told) => heard.push(told));
    callers.forget("tnt_1", "key_1");
    callers.forget("tnt_2");
    stop();
    callers.forget("tnt_3");
    expect(heard).toEqual([
      ["tnt_1", "key_1"],
      ["tnt_2", undefined],
    ]);
  });

  test("does not remember what it read before it was told to forget", async () => {
    const { state, hold, callers } = rigOf();
    const goOn = hold();
    const early = callers.find("a-key");
    state.key = null;
    callers.forget("tnt_1", "key_1");
    goOn();
    expect(await early).not.toBeNull();
    expect(await callers.find("a-key")).toBeNull();
  });

  test("notes the use of a key once a minute", async () => {
    const { state, uses, callers } = rigOf();
    for (const nowMs of [5, 15_000, 49_000, 60_005, 71_000]) {
      state.nowMs = nowMs;
      await callers.find("a-key");
    }
    expect(uses).toEqual([5, 60_005]);
  });

  test("asks the store again when the clock was set back", async () => {
    const { state, callers } = rigOf();
    state.nowMs = 3_600_000;
    await callers.find("a-key");
    state.key = null;
    state.nowMs = 1;
    expect(await callers.find("a-key")).toBeNull();
  });

  test("lets a caller in whose use cannot be noted", async () => {
    const { store, callers } = rigOf();
    store.noteKeyUse = () => Promise.reject(new Error("the disk is full"));
    expect(await callers.find("a-key")).not.toBeNull();
  });
});
