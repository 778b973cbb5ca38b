import type { Caller, Callers } from "../access/callers.ts";
import type { Scope } from "../domain/api-key.ts";
import { HttpProblem } from "./http-problem.ts";

/** What an operation asks of a key: a scope, any key at all, or an admin key of the installation's own tenant. */
export type Permission = Scope | "any" | "operator";

const BEARER = /^Bearer +([\x21-\x7e](?:[\x20-\x7e]{0,510}[\x21-\x7e])?)$/i;

/**
 * Finds out whose request this is, by its bearer key (RFC 6750 §2.1).
 *
 * @throws HttpProblem 401
 */
export async function authenticate(
  authorization: string | undefined,
  { callers, clock }: { callers: Pick<Callers, "find">; clock: { now(): number } },
): Promise<Caller> {
  const caller = await callers.find(tokenOf(authorization));
  if (!caller) throw unauthorized("the key is not known", ', error="invalid_token"');
  const { expiresAtMs } = caller.key;
  if (expiresAtMs !== null && expiresAtMs <= clock.now())
    throw unauthorized("the key has expired", ', error="invalid_token"');
  return caller;
}

/** @throws HttpProblem 403 if the key is not allowed this */
export function requirePermission(
  caller: Caller,
  permission: Permission,
  isOperator: (caller: Caller) => boolean,
): void {
  const { scopes } = caller.key;
  if (permission === "any" || scopes.includes("admin")) {
    if (permission === "operator" && !isOperator(caller)) throw notOperator();
    return;
  }
  const scope = permission === "operator" ? "admin" : permission;
  if (!scopes.includes(scope)) throw forbidden(scope);
}

function tokenOf(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthorized("send your key as `Authorization: Bearer <key>`");
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw unauthorized("the Authorization header is not `Bearer <key>`");
  return token;
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
  const message = `Cannot let the request in: the key lacks the scope "${scope}"`;
  return new HttpProblem({ status: 403, code: "forbidden", message, headers });
}

function notOperator(): HttpProblem {
  const headers = { "www-authenticate": 'Bearer realm="belfry", error="insufficient_scope"' };
  const message = "Cannot let the request in: this takes an admin key of the installation's own tenant";
  return new HttpProblem({ status: 403, code: "forbidden", message, headers });
}
