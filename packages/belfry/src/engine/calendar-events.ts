import type { CalendarEvent } from "../domain/calendar-event.ts";
import { InvalidInputError } from "../domain/errors.ts";
import type {
  CalendarChangeOptions,
  CalendarEngine,
  CalendarEventChanged,
  CalendarEventContent,
  CalendarUpserted,
} from "./calendar-engine.ts";
import { changedAgain, changedEvent, MOST_TRIES, readSpec } from "./calendar-event-change.ts";
import { writtenTimes } from "./calendar-event-times.ts";
import { createCalendarList } from "./calendar-list.ts";
import { createCalendarUpsert } from "./calendar-upsert.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";

type EventEngine = Pick<
  CalendarEngine,
  | "createCalendarEvent"
  | "upsertCalendarEvents"
  | "listCalendarEvents"
  | "replaceCalendarEvent"
  | "patchCalendarEvent"
>;

/** What stands in recipients' calendars: made, changed, listed. */
export function createCalendarEvents(deps: EngineDeps): EventEngine {
  const upsert = createCalendarUpsert(deps);
  const change = createChange(deps);
  return {
    createCalendarEvent: async (tenant, request, receiptOf) => {
      const keep = (results: readonly CalendarUpserted[]) => receiptOf?.(onlyOf(results));
      return onlyOf(await upsert(tenant, [request], { mustBeNew: true, receiptOf: keep }));
    },
    upsertCalendarEvents: (tenant, requests, receiptOf) => upsert(tenant, requests, { receiptOf }),
    listCalendarEvents: createCalendarList(deps),
    replaceCalendarEvent: (tenant, id, content, options) =>
      change({ tenant, id, options }, () => ({ description: null, end: null, ...content })),
    patchCalendarEvent: (tenant, id, patch, options) =>
      change({ tenant, id, options }, ({ title, description, when }) => ({
        title,
        description,
        ...writtenTimes(when),
        ...patch,
      })),
  };
}

/** The event that a batch of one has made. */
function onlyOf([result]: readonly CalendarUpserted[]): CalendarEvent {
  if (!result) throw new Error("Cannot create the event: there is no result");
  if (result.kind === "refused") throw result.error;
  return result.event;
}

interface Named {
  tenant: Tenant;
  id: string;
  options: CalendarChangeOptions | undefined;
}

function createChange(deps: EngineDeps) {
  return async (
    { tenant, id, options = {} }: Named,
    contentOf: (before: CalendarEvent) => CalendarEventContent,
  ): Promise<CalendarEventChanged> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const before = await deps.store.findCalendarEvent(tenant.id, id);
      const owner = before && (await deps.store.findRecipient(tenant.id, before.recipientId));
      if (!before || !owner) return null;
      const { revision } = before;
      if (options.ifRevision && !options.ifRevision.includes(revision)) return { kind: "stale", revision };
      const spec = readSpec(deps, contentOf(before), { tenant, owner });
      if (spec instanceof InvalidInputError) throw spec;
      const event = changedEvent(deps, before, spec);
      if (!event) return before;
      const refusals = await deps.store.writeCalendarEvents([{ event, fromRevision: revision }]);
      if (refusals.length === 0) return event;
    }
    throw changedAgain();
  };
}
