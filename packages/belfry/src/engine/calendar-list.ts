import { type CalendarEvent, isWithin, spanOf, ZONES_FROM_UTC_MS } from "../domain/calendar-event.ts";
import { InvalidInputError } from "../domain/errors.ts";
import { FIRST_INSTANT, LAST_INSTANT } from "../time/calendar.ts";
import type { CalendarEngine } from "./calendar-engine.ts";
import { addresseesOf } from "./destinations.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";

/**
 * Lists the events that take place in a stretch of time. Whole days are kept as those of UTC; the store is asked
 * for more than is wanted, and what is a day elsewhere is left out here.
 */
export function createCalendarList(deps: EngineDeps): CalendarEngine["listCalendarEvents"] {
  return async (tenant, { owner, fromMs = FIRST_INSTANT, toMs = LAST_INSTANT, ...page }) => {
    const recipientId = owner === undefined ? undefined : await ownerId(deps, tenant, owner);
    const { items, nextCursor } = await deps.store.listCalendarEvents({
      ...page,
      ...(recipientId === undefined ? {} : { recipientId }),
      fromMs: fromMs - ZONES_FROM_UTC_MS,
      toMs: toMs + ZONES_FROM_UTC_MS,
    });
    const zoneOf = zonesOfOwners(deps, tenant);
    const kept: CalendarEvent[] = [];
    for (const event of items) {
      const timeZone = event.when.kind === "days" ? await zoneOf(event.recipientId) : "UTC";
      if (isWithin(spanOf(event.when, timeZone), fromMs, toMs)) kept.push(event);
    }
    return { items: kept, nextCursor };
  };
}

async function ownerId(deps: EngineDeps, tenant: Tenant, owner: string): Promise<string> {
  const recipient = await addresseesOf(deps, tenant.id).findRecipient(owner);
  if (recipient) return recipient.id;
  const allowed = "the id of a recipient, or the externalId of one";
  const issue = { path: ["owner"], value: owner, message: "names no recipient", allowed };
  throw new InvalidInputError("Cannot list calendar events: owner names no recipient", [issue]);
}

/** Each owner is asked for once. */
function zonesOfOwners({ store }: EngineDeps, { id: tenantId, timeZone }: Tenant) {
  const known = new Map<string, Promise<string>>();
  return (recipientId: string): Promise<string> => {
    const zone =
      known.get(recipientId) ??
      store.findRecipient(tenantId, recipientId).then((owner) => owner?.timeZone ?? timeZone);
    known.set(recipientId, zone);
    return zone;
  };
}
