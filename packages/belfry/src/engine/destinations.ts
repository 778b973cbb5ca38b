import type { InputIssue } from "../domain/errors.ts";
import { endpointDestination } from "../domain/promotion.ts";
import { isEndpointTarget, type Target } from "../domain/target.ts";
import type { EngineDeps } from "./ports.ts";

/** The lane's destination of a stored target; one that is refused today still has a lane of its own. */
export function destinationOf({ channels }: Pick<EngineDeps, "channels">, target: Target): string {
  if (isEndpointTarget(target)) return endpointDestination(target) ?? "";
  const check = channels.get(target.channel)?.checkAddress(target.address);
  return check?.ok ? check.destination : "refused";
}

/**
 * Checks where a reminder is to go.
 *
 * @param knowsEndpoint whether the tenant has an endpoint of this name
 * @returns what is wrong, or null
 */
export async function checkTarget(
  { channels }: Pick<EngineDeps, "channels">,
  target: Target,
  knowsEndpoint: (name: string) => Promise<boolean>,
): Promise<InputIssue | null> {
  if (isEndpointTarget(target)) {
    if (await knowsEndpoint(target.endpoint)) return null;
    const allowed = "the name of an endpoint that has been made";
    return { path: ["to", "endpoint"], value: target.endpoint, message: "names no endpoint", allowed };
  }
  const channel = channels.get(target.channel);
  if (!channel) {
    const allowed = `one of ${channels.names().join(", ")}`;
    return { path: ["to", "channel"], value: target.channel, message: "names no channel", allowed };
  }
  const check = channel.checkAddress(target.address);
  if (check.ok) return null;
  return { path: ["to", "address"], value: target.address, message: check.message, allowed: check.allowed };
}
