import type { Access } from "../access/access.ts";
import { authenticate, type Permission, requirePermission } from "./auth.ts";
import { limitHeaders, rateLimited } from "./rate-limit-headers.ts";
import type { AppContext } from "./request.ts";

/** Lets a request in, in the name of the tenant whose key it bears. @throws HttpProblem 401, 403, 429 */
export type Door = (context: AppContext, permission: Permission) => Promise<void>;

/** Who is known, is within the limit and may do what is asked goes in; also a refusal tells of the limit. */
export function createDoor({ callers, limiter, isOperator }: Access, clock: { now(): number }): Door {
  return async (context, permission) => {
    const caller = await authenticate(context.req.header("authorization"), { callers, clock });
    if (limiter) {
      const taken = limiter.take(caller.key.hash);
      context.set("limits", limitHeaders(limiter.limit, taken));
      if (!taken.isAllowed) throw rateLimited(limiter, taken);
    }
    requirePermission(caller, permission, isOperator);
    context.set("tenant", caller.tenant);
    context.set("key", caller.key);
  };
}
