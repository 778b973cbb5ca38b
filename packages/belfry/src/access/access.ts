import type { IdSource } from "../domain/ids.ts";
import type { Operator } from "../domain/operator.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import type { AccessStore } from "../store/store.ts";
import { type Caller, type Callers, createCallers } from "./callers.ts";
import { createKeys, type Keys } from "./keys.ts";
import { createRateLimiter, type RateLimiter } from "./rate-limiter.ts";
import { createTenants, type Tenants } from "./tenants.ts";

/** What the installation and its settings say of access. */
export interface AccessOptions {
  /** A fresh random key. */
  newKey: () => string;
  operator: Operator;
  /** For each key; null: no limit. */
  rateLimit: RateLimit | null;
}

/** Who may come in, and how often. */
export interface Access {
  callers: Callers;
  keys: Keys;
  tenants: Tenants;
  /** A fresh random text that nobody can guess, for an address that needs no key. */
  newToken(): string;
  /** Null: keys may ask as often as they like. */
  limiter: RateLimiter | null;
  /** Whether a caller is of the installation's own tenant. */
  isOperator(caller: Caller): boolean;
}

/** What of the store access needs. */
export type AccessPort = Omit<AccessStore, "ensureTenant" | "putKey" | "listKeys" | "listTenants">;

/** Puts keys, tenants and limits together over the store. */
export function createAccess(
  deps: { store: AccessPort; clock: { now(): number }; ids: IdSource } & AccessOptions,
): Access {
  const callers = createCallers(deps);
  return {
    callers,
    keys: createKeys(deps, callers),
    tenants: createTenants(deps, callers),
    // A key without what tells that it is one.
    newToken: () => deps.newKey().replace(/^bel_/, ""),
    limiter: deps.rateLimit && createRateLimiter(deps.rateLimit, deps.clock),
    isOperator: ({ tenant }) => tenant.id === deps.operator.tenantId,
  };
}
