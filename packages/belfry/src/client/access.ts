import type { CreatedKeyResource, CurrentKeyResource, KeyInput, KeyResource } from "../http/schemas/key.ts";
import type {
  CreatedTenantResource,
  TenantInput,
  TenantPatchInput,
  TenantResource,
} from "../http/schemas/tenant.ts";
import { listOf } from "./list.ts";
import type { PostOptions, RevisionOptions, Transport } from "./transport.ts";

/** The keys of the tenant whose key the client bears. */
export function keysOf(send: Transport) {
  const path = "/v1/keys";
  return {
    /** The key is shown this once; a repeat under the same Idempotency-Key is refused with `key_shown_once`. */
    create: (key: KeyInput, options: PostOptions = {}) =>
      send<CreatedKeyResource>({ method: "POST", path, body: key, ...options }),
    /** The key that the client bears, whose it is, and what it may do. */
    current: () => send<CurrentKeyResource>({ method: "GET", path: `${path}/current` }),
    revoke: (id: string) => send<null>({ method: "DELETE", path: `${path}/${encodeURIComponent(id)}` }),
    ...listOf<KeyResource, object>(send, path),
  };
}

/** All tenants of the installation; for its operator alone. */
export function tenantsOf(send: Transport) {
  const path = "/v1/tenants";
  const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`;
  return {
    /** The tenant's first admin key is shown this once, as `adminKey.key`. */
    create: (tenant: TenantInput, options: PostOptions = {}) =>
      send<CreatedTenantResource>({ method: "POST", path, body: tenant, ...options }),
    get: (id: string) => send<TenantResource>({ method: "GET", path: pathOf(id) }),
    update: (id: string, patch: TenantPatchInput, options: RevisionOptions = {}) =>
      send<TenantResource>({ method: "PATCH", path: pathOf(id), body: patch, ...options }),
    /** A key for a tenant that has lost its own. */
    createKey: (id: string, key: KeyInput, options: PostOptions = {}) =>
      send<CreatedKeyResource>({ method: "POST", path: `${pathOf(id)}/keys`, body: key, ...options }),
    ...listOf<TenantResource, object>(send, path),
  };
}
