import { hashOfKey } from "../domain/api-key.ts";
import { OPERATOR } from "../domain/operator.ts";
import type { Store } from "../store/store.ts";

/**
 * Lets the calls of the process that Belfry is embedded in come in by a key that is nowhere else: on a
 * database that others made, nobody knows the admin key.
 */
export function withOwnKey(store: Store, key: string, nowMs: number): Store {
  const hash = hashOfKey(key);
  const own = {
    tenantId: OPERATOR.tenantId,
    id: "key_embedded",
    name: "embedded",
    hash,
    hint: null,
    scopes: ["admin"],
    createdAtMs: nowMs,
    expiresAtMs: null,
    lastUsedAtMs: nowMs,
  } as const;
  return {
    ...store,
    findKey: async (asked) => (asked === hash ? own : store.findKey(asked)),
    noteKeyUse: async (use) => (use.id === own.id ? undefined : store.noteKeyUse(use)),
  };
}
