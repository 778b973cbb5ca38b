import { hash } from "node:crypto";
import type { Clock } from "../engine/clock.ts";
import type { ApiKey } from "../store/access.ts";
import type { Store } from "../store/store.ts";
import { HttpProblem } from "./http-problem.ts";

/** What a request asks to be allowed. */
export type Scope = "read" | "write";

/** Finds out who sent a request. @throws HttpProblem 401, 403 */
export type Authenticate = (authorization: string | undefined, scope: Scope) => Promise<ApiKey>;

/** A revoked key works at most so long on. */
const KEPT_MS = 10_000;
const MAX_KEPT = 1_000;
const BEARER = /^Bearer +([\x21-\x7e](?:[\x20-\x7e]{0,510}[\x21-\x7e])?)$/i;

/**
 * Bearer keys. Only the hash of a key is looked up, so the time it takes tells nothing about the key.
 * Keys that exist are remembered for a short while; those that do not exist never are, so that guessing
 * cannot push the real ones out.
 */
export function createAuthentication(deps: {
  store: Pick<Store, "findKey">;
  clock: Pick<Clock, "now">;
}): Authenticate {
  const kept = new Map<string, { key: ApiKey; untilMs: number }>();

  const findKey = async (digest: string): Promise<ApiKey | null> => {
    const found = kept.get(digest);
    if (found && found.untilMs > deps.clock.now()) return found.key;
    kept.delete(digest);
    const key = await deps.store.findKey(digest);
    if (!key) return null;
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(digest, { key, untilMs: deps.clock.now() + KEPT_MS });
    return key;
  };

  return async (authorization, scope) => {
    const key = await findKey(hash("sha256", tokenOf(authorization)));
    if (!key) throw unauthorized("the key is not known", ', error="invalid_token"');
    if (!isAllowed(key, scope)) throw forbidden(scope);
    return key;
  };
}

function tokenOf(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthorized("send your key as `Authorization: Bearer <key>`");
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw unauthorized("the Authorization header is not `Bearer <key>`");
  return token;
}

function isAllowed({ scopes }: ApiKey, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes("admin");
}

function unauthorized(why: string, parameters = ""): HttpProblem {
  const headers = { "www-authenticate": `Bearer realm="belfry"${parameters}` };
  return new HttpProblem({
    status: 401,
    code: "unauthorized",
    message: `Cannot let the request in: ${why}`,
    headers,
  });
}

function forbidden(scope: Scope): HttpProblem {
  const headers = {
    "www-authenticate": `Bearer realm="belfry", error="insufficient_scope", scope="${scope}"`,
  };
  const message = `Cannot let the request in: the key has not the scope "${scope}"`;
  return new HttpProblem({ status: 403, code: "forbidden", message, headers });
}
