import type { IssuedKey } from "../../access/keys.ts";
import type { ApiKey } from "../../store/access.ts";
import { formatInstant } from "../../time/instant.ts";
import type { CreatedKeyResource, KeyResource } from "../schemas/key.ts";

/** A key as the API shows it: never itself. */
export function keyResource(key: ApiKey): KeyResource {
  return {
    id: key.id,
    name: key.name,
    scopes: [...key.scopes],
    hint: key.hint,
    createdAt: formatInstant(key.createdAtMs),
    expiresAt: instantOrNull(key.expiresAtMs),
    lastUsedAt: instantOrNull(key.lastUsedAtMs),
  };
}

/** A new key, with the secret that is shown this once. */
export function issuedKeyResource({ key, secret }: IssuedKey): CreatedKeyResource {
  return { ...keyResource(key), key: secret };
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms);
}
