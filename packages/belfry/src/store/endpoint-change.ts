import { isDeepStrictEqual } from "node:util";
import type { Endpoint } from "../domain/target.ts";
import type { Noted } from "./move-sums.ts";
import { staleRevision } from "./stale.ts";
import type { EndpointChange, StaleRevision } from "./store.ts";

/** An endpoint as a change makes it, untouched if that is how it is; null if there is none, or its URL is another by now. */
export function changedEndpoint(
  before: Endpoint | null,
  change: EndpointChange,
): Endpoint | StaleRevision | null {
  const { nowMs, ifRevision, ifUrl } = change;
  if (!before || (ifUrl !== undefined && before.url !== ifUrl)) return null;
  const stale = staleRevision(before.revision, ifRevision);
  if (stale) return stale;
  const after = { ...before, ...definedParts(change) };
  if (isDeepStrictEqual(after, before)) return before;
  return { ...after, revision: before.revision + 1, updatedAtMs: Math.floor(nowMs) };
}

/** What is told when an endpoint is switched off. */
export function endpointOff({ tenantId, name, offReason, updatedAtMs: atMs }: Endpoint): Noted {
  const reason = `${name}: ${offReason ?? "switched off"}`;
  return { tenantId, atMs, type: "endpoint.off", reminderId: null, deliveryId: null, reason };
}

function definedParts({ url, secrets, state, offReason }: EndpointChange): Partial<Endpoint> {
  return {
    ...(url === undefined ? {} : { url }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(state === undefined ? {} : { state }),
    ...(offReason === undefined ? {} : { offReason }),
  };
}
