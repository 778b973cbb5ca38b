import { ApiError } from "../client/api-error.ts";
import type { Client } from "../client/client.ts";
import { CommandFailure, EXIT_CODES } from "./exit-code.ts";
import { oneLine } from "./table.ts";

/** What the API tells of the key that a client bears. */
export type CurrentKey = Awaited<ReturnType<Client["keys"]["current"]>>;

/**
 * Whose key it is; null if the server takes it but is too old to tell.
 *
 * @throws ApiError if the server refuses it, CommandFailure if what answers is no Belfry
 */
export async function identifyKey(client: Client): Promise<CurrentKey | null> {
  const current: unknown = await client.keys.current().catch(unlessStatus(404));
  if (current === undefined) {
    await client.reminders.list({ limit: 1 }).catch(unlessStatus(403));
    return null;
  }
  if (isCurrentKey(current)) return current;
  throw new CommandFailure(EXIT_CODES.failed, "what answers there is no Belfry");
}

/** `"billing service" (key_…) of tenant Acme, which may read, write`. */
export function identityText({ id, name, scopes, tenant, isOperator }: CurrentKey): string {
  const operator = isOperator ? ", the operator" : "";
  return oneLine(`"${name}" (${id}) of tenant ${tenant.name}${operator}, which may ${scopes.join(", ")}`);
}

function unlessStatus(status: number): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof ApiError && error.status === status) return undefined;
    throw error;
  };
}

/** Whatever answers with a 200 may be something else entirely. */
function isCurrentKey(value: unknown): value is CurrentKey {
  return typeof value === "object" && value !== null && "scopes" in value && "tenant" in value;
}
