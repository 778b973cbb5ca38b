import type { OnAnswered } from "../http/answered.ts";
import type { Logger } from "./log.ts";

/**
 * One line at `debug` for each request that was answered. Of the address only the route is told: ids and
 * queries may be secret.
 *
 * @returns undefined if the level is off, so that nobody need gather what nobody reads
 */
export function createAccessLog(log: Logger): OnAnswered | undefined {
  if (!log.isLevelEnabled("debug")) return undefined;
  return ({ method, route, status, durationMs, requestId, tenantId }) => {
    const fields = { status, durationMs, requestId, ...(tenantId === null ? {} : { tenantId }) };
    log.debug({ method, path: route ?? "(none)", ...fields }, "request answered");
  };
}
