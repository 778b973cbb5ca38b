import { z } from "@hono/zod-openapi";
import type { InputIssue } from "../../domain/errors.ts";
import { EVENT_TYPES, type EventType } from "../../domain/event.ts";
import { invalidInput } from "../input.ts";
import { readQuery } from "../operation.ts";
import { pageQuery, pageRequest } from "../pagination.ts";
import type { AppContext } from "../request.ts";
import { eventQuery, TYPES_ALLOWED } from "../schemas/event-query.ts";

export const eventsQuery = z.strictObject({ ...eventQuery, ...pageQuery });

/** What is asked of the log. */
export interface EventsRequest {
  isStream: boolean;
  /** Where to begin, and the name of the field that said so. */
  place: { after: string; field: string };
  limit: number;
  types: readonly EventType[] | undefined;
  reminderId: string | undefined;
}

/** @throws InvalidInputError */
export function readEventsRequest(context: AppContext): EventsRequest {
  const query = readQuery(context, eventsQuery);
  const isStream = wantsStream(context.req.header("accept"));
  const issues: InputIssue[] = isStream ? pageFieldsIn(query) : [];
  const types = query.types === undefined ? undefined : readTypes(query.types, issues);
  if (issues.length > 0) throw invalidInput("the query", issues);
  const { limit } = pageRequest(context.get("tenant").id, query);
  const place = isStream ? streamPlace(context.req.header("last-event-id"), query) : pagePlace(query);
  return { isStream, place, limit, types, reminderId: query.reminder };
}

type Query = z.output<typeof eventsQuery>;
type Place = EventsRequest["place"];

/** RFC 9110 §12.5.1: whoever names the type takes it, unless with a weight of 0. */
function wantsStream(accept = ""): boolean {
  return accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    return type === "text/event-stream" && !parameters.some((one) => /^q=0(?:\.0*)?$/.test(one));
  });
}

/** A browser that comes back sends the header with the address that it began with: the header is newer. */
function streamPlace(lastEventId: string | undefined, { after }: Query): Place {
  if (lastEventId) return { after: lastEventId, field: "Last-Event-ID" };
  return { after: after ?? "now", field: "after" };
}

/** Whoever follows `Link` sends the cursor with the address that they began with: the cursor is newer. */
function pagePlace({ cursor, after }: Query): Place {
  if (cursor !== undefined) return { after: cursor, field: "cursor" };
  return { after: after ?? "start", field: "after" };
}

function pageFieldsIn({ limit, cursor }: Query): InputIssue[] {
  const given = Object.entries({ limit, cursor }).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => {
    const allowed = "no value: a stream has no pages; for those, accept application/json";
    return { path: [name], value, message: "is for pages only", allowed };
  });
}

const KNOWN: ReadonlySet<string> = new Set(EVENT_TYPES);

function readTypes(list: string, issues: InputIssue[]): EventType[] {
  const types = list.split(",");
  const unknown = types.find((type) => !KNOWN.has(type));
  if (unknown !== undefined) {
    const message = `names "${unknown}", which is no type of event`;
    issues.push({ path: ["types"], value: list, message, allowed: TYPES_ALLOWED });
  }
  // Each was looked up, or the request is refused.
  return types as EventType[];
}
