import { type InputIssue, InvalidInputError } from "../domain/errors.ts";
import type { Endpoint } from "../domain/target.ts";
import type { Receipt } from "../store/access.ts";
import type { EndpointChange, StaleRevision } from "../store/store.ts";
import type { EndpointPatch, EndpointRequest, Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import type { ChangeOptions } from "./reminder-changes.ts";

/** Named webhook destinations: their URL is checked as a bare address would be. */
export function createEndpointService(deps: EngineDeps) {
  return {
    create: async (
      tenant: Tenant,
      request: EndpointRequest,
      receiptOf?: (endpoint: Endpoint) => Receipt,
    ): Promise<Endpoint> => {
      requireUrl(deps, request.url, "create");
      const nowMs = Math.floor(deps.clock.now());
      const id = deps.ids.next("end");
      const { name, url, secrets } = request;
      const times = { createdAtMs: nowMs, updatedAtMs: nowMs };
      const endpoint: Endpoint = {
        tenantId: tenant.id,
        id,
        name,
        url,
        secrets,
        state: "on",
        offReason: null,
        revision: 1,
        ...times,
      };
      await deps.store.createEndpoint(endpoint, receiptOf?.(endpoint));
      return endpoint;
    },
    update: async (
      tenant: Tenant,
      name: string,
      patch: EndpointPatch,
      { ifRevision }: Pick<ChangeOptions, "ifRevision"> = {},
    ): Promise<Endpoint | StaleRevision | null> => {
      if (patch.url !== undefined) requireUrl(deps, patch.url, "change");
      const before = await deps.store.findEndpoint(tenant.id, name);
      if (!before) return null;
      const nowMs = Math.floor(deps.clock.now());
      return deps.store.updateEndpoint({
        tenantId: tenant.id,
        name,
        nowMs,
        ...patch,
        ...newState(before, patch),
        ...(ifRevision === undefined ? {} : { ifRevision }),
      });
    },
  };
}

const OFF_BY_HAND = "switched off by hand";

/** A new URL switches an endpoint on again whose old one was gone; one switched off by hand stays off. */
function newState(
  before: Endpoint,
  { state, url }: EndpointPatch,
): Pick<EndpointChange, "state" | "offReason"> {
  if (state !== undefined) return { state, offReason: state === "off" ? OFF_BY_HAND : null };
  const isReplaced =
    before.state === "off" && before.offReason !== OFF_BY_HAND && (url ?? before.url) !== before.url;
  return isReplaced ? { state: "on", offReason: null } : {};
}

function requireUrl({ channels }: EngineDeps, url: string, verb: string): void {
  const check = channels.get("webhook")?.checkAddress(url);
  if (!check || check.ok) return;
  const issue: InputIssue = { path: ["url"], value: url, message: check.message, allowed: check.allowed };
  throw new InvalidInputError(`Cannot ${verb} the endpoint: url ${check.message}`, [issue]);
}
