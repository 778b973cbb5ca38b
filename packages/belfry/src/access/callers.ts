import { hashOfKey } from "../domain/api-key.ts";
import type { ApiKey, TenantRecord } from "../store/access.ts";
import type { AccessStore } from "../store/store.ts";

/** Who asks: a key, and the tenant that it belongs to. */
export interface Caller {
  key: ApiKey;
  tenant: TenantRecord;
}

/** Knows callers by their keys. */
export interface Callers {
  /**
   * Who bears this key; null if the key is not known, or not any more.
   *
   * @param knownForMs so long what the store said holds; default: 10 s
   */
  find(secret: string, knownForMs?: number): Promise<Caller | null>;
  /** Forgets the callers of a tenant, or one of them, so that the store is asked again. */
  forget(tenantId: string, keyId?: string): void;
  /** Calls back when callers of a tenant, or one of them, were forgotten; returns a function that ends it. */
  watch(heard: Forgotten): () => void;
}

type Forgotten = (tenantId: string, keyId: string | undefined) => void;

/** So long a caller is known without asking: what another process revokes or changes counts after this. */
const KNOWN_MS = 10_000;
const MAX_KNOWN = 1_000;
/** How exactly the last use of a key is noted. */
const USE_NOTED_EVERY_MS = 60_000;

/**
 * Finds callers in the store and remembers them for a short while. Only the hash of a key is looked up,
 * so the time it takes tells nothing about the key. Keys that do not exist are never remembered, so that
 * guessing cannot push the real ones out.
 */
export function createCallers(deps: {
  store: Pick<AccessStore, "findKey" | "findTenant" | "noteKeyUse">;
  clock: { now(): number };
}): Callers {
  const { store, clock } = deps;
  const known = new Map<string, { caller: Caller; sinceMs: number }>();
  const watching = new Set<Forgotten>();
  let changes = 0;

  const lookUp = async (digest: string): Promise<Caller | null> => {
    const before = changes;
    const key = await store.findKey(digest);
    const tenant = key && (await store.findTenant(key.tenantId));
    if (!key || !tenant) return null;
    const caller = { key, tenant };
    // What was revoked or changed while the store was asked must not be remembered as it was.
    if (changes === before) remember(digest, caller);
    noteUse(key);
    return caller;
  };

  const remember = (digest: string, caller: Caller): void => {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(digest, { caller, sinceMs: clock.now() });
  };

  const noteUse = ({ tenantId, id, lastUsedAtMs }: ApiKey): void => {
    const nowMs = Math.floor(clock.now());
    if (lastUsedAtMs !== null && nowMs - lastUsedAtMs < USE_NOTED_EVERY_MS) return;
    // No request waits for this, and none fails with it.
    store.noteKeyUse({ tenantId, id, nowMs }).catch(() => {});
  };

  return {
    find: async (secret, knownForMs = KNOWN_MS) => {
      const digest = hashOfKey(secret);
      const found = known.get(digest);
      const ageMs = found ? clock.now() - found.sinceMs : Number.NaN;
      // Below zero the clock was set back since.
      if (found && ageMs >= 0 && ageMs < knownForMs) return found.caller;
      known.delete(digest);
      return lookUp(digest);
    },
    forget: (tenantId, keyId) => {
      changes += 1;
      for (const [digest, { caller }] of known) {
        const isMeant = caller.tenant.id === tenantId && (keyId === undefined || caller.key.id === keyId);
        if (isMeant) known.delete(digest);
      }
      for (const heard of watching) heard(tenantId, keyId);
    },
    watch: (heard) => {
      watching.add(heard);
      return () => watching.delete(heard);
    },
  };
}
