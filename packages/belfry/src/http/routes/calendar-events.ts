import { z } from "@hono/zod-openapi";
import type { CalendarEvent } from "../../domain/calendar-event.ts";
import { type InputIssue, NotFoundError } from "../../domain/errors.ts";
import type { CalendarEventChanged } from "../../engine/calendar-engine.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { entityTag, preconditionFailed, readIfMatch } from "../entity-tag.ts";
import { invalidInput, parseInput } from "../input.ts";
import { readInstant } from "../instant-input.ts";
import { lookedFor, type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { answerOnce, repeatable, withHeaders } from "../repeatable.ts";
import { type Answer, type AppContext, jsonAnswer } from "../request.ts";
import {
  type CalendarEventResource,
  calendarEventContentSchema,
  calendarEventPageSchema,
  calendarEventPatchSchema,
  calendarEventRequestSchema,
  calendarEventSchema,
} from "../schemas/calendar-event.ts";
import { calendarQuery } from "../schemas/calendar-query.ts";
import { textOf } from "../schemas/field.ts";
import { requireStorable } from "../storable-json.ts";
import { calendarEventResource } from "../views/calendar-event-view.ts";
import { readCalendarEvent, withoutUndefined } from "./calendar-event-request.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "calendar";
const path = "/v1/calendar-events";
const onePath = `${path}/{id}`;
const params = z.object({ id: textOf("the id of a calendar event", "evt_01k9yz3t5v8m6n4q2r7s1w0xab") });
const listQuery = z.strictObject({ ...calendarQuery, ...pageQuery });
const WHAT = "the calendar event";

/** What stands in recipients' calendars. */
export function calendarEventRoutes(deps: RouteDeps): Operation[] {
  return [
    createEvent(deps),
    listEvents(deps),
    getEvent(deps),
    replaceEvent(deps),
    patchEvent(deps),
    deleteEvent(deps),
  ];
}

function createEvent({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "createCalendarEvent",
    summary: "Put an event into a recipient's calendar",
    tag,
    scope: "write",
    body: calendarEventRequestSchema,
    repeat: "recorded",
    answers: { 201: { description: "made", schema: calendarEventSchema, headers: ["location", "etag"] } },
    problems: ["calendar_event_exists", "calendar_event_changed"],
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      const answer = await doOnce(repeatable(context, path, bytes), (receiptOf) => {
        const request = readCalendarEvent(json);
        return answerOnce<CalendarEvent>({
          receiptOf,
          write: (keep) => engine.createCalendarEvent(context.get("tenant"), request, keep),
          show: (event) => jsonAnswer(201, calendarEventResource(event)),
        });
      });
      return withHeaders<CalendarEventResource>(answer, (made) => ({
        location: `${path}/${made.id}`,
        ...entityTag(made),
      }));
    },
  };
}

function listEvents({ engine }: RouteDeps): Operation {
  return {
    method: "get",
    path,
    operationId: "listCalendarEvents",
    summary:
      "List calendar events, those that begin sooner first; a page may have fewer than `limit` though more follow",
    tag,
    scope: "read",
    query: listQuery,
    answers: { 200: { description: "one page", schema: calendarEventPageSchema } },
    handle: async (context) => {
      const tenant = context.get("tenant");
      const query = readQuery(context, listQuery);
      const request = { ...pageRequest(tenant.id, query), ...rangeOf(query) };
      return pageAnswer(context, await engine.listCalendarEvents(tenant, request), calendarEventResource);
    },
  };
}

function rangeOf({ owner, from, to }: z.output<typeof listQuery>) {
  const issues: InputIssue[] = [];
  const fromMs = readInstant(["from"], from, issues);
  const toMs = readInstant(["to"], to, issues);
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs)
    issues.push({ path: ["to"], value: to, message: "is not after from", allowed: "an instant after from" });
  if (issues.length > 0) throw invalidInput("the query", issues);
  return withoutUndefined({ owner: owner && lookedFor(owner), fromMs, toMs });
}

function getEvent({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path: onePath,
    operationId: "getCalendarEvent",
    summary: "Read a calendar event",
    tag,
    scope: "read",
    params,
    answers: { 200: { description: "the event", schema: calendarEventSchema, headers: ["etag"] } },
    handle: async (context) => {
      const id = pathParameter(context, "id");
      const event = await store.findCalendarEvent(context.get("tenant").id, id);
      if (!event) throw noEvent("read", id);
      return jsonAnswer(200, calendarEventResource(event), entityTag(event));
    },
  };
}

/** What a change of an event is, but for what it does. */
const CHANGE = {
  path: onePath,
  tag,
  scope: "write",
  params,
  isConditional: true,
  answers: {
    200: { description: "the event as it is now", schema: calendarEventSchema, headers: ["etag"] },
  },
  problems: ["calendar_event_changed"],
} as const satisfies Partial<Operation>;

function replaceEvent({ engine }: RouteDeps): Operation {
  return {
    ...CHANGE,
    method: "put",
    operationId: "replaceCalendarEvent",
    summary: "Replace all that is said of a calendar event; its owner and uid stay",
    body: calendarEventContentSchema,
    handle: async (context) => {
      const { json } = await readBody(context, MAX_BODY_BYTES);
      const content = parseInput(calendarEventContentSchema, json, WHAT);
      requireStorable(json, WHAT);
      const { tenant, id, condition } = namedIn(context);
      return changed(await engine.replaceCalendarEvent(tenant, id, withoutUndefined(content), condition), id);
    },
  };
}

function patchEvent({ engine }: RouteDeps): Operation {
  return {
    ...CHANGE,
    method: "patch",
    operationId: "updateCalendarEvent",
    summary: "Change a calendar event",
    body: calendarEventPatchSchema,
    handle: async (context) => {
      const { json } = await readBody(context, MAX_BODY_BYTES);
      const patch = withoutUndefined(parseInput(calendarEventPatchSchema, json, WHAT));
      requireStorable(json, WHAT);
      requireSome(patch);
      const { tenant, id, condition } = namedIn(context);
      return changed(await engine.patchCalendarEvent(tenant, id, patch, condition), id);
    },
  };
}

function namedIn(context: AppContext) {
  const condition = readIfMatch(context.req.header("if-match"));
  return { tenant: context.get("tenant"), id: pathParameter(context, "id"), condition };
}

function changed(event: CalendarEventChanged, id: string): Answer {
  if (!event) throw noEvent("change", id);
  if ("kind" in event) throw preconditionFailed(`change ${WHAT}`, event.revision);
  return jsonAnswer(200, calendarEventResource(event), entityTag(event));
}

function requireSome(patch: object): void {
  if (Object.keys(patch).length > 0) return;
  const allowed = `at least one of ${Object.keys(calendarEventPatchSchema.shape).join(", ")}`;
  throw invalidInput(WHAT, [{ path: [], value: patch, message: "changes nothing", allowed }]);
}

function deleteEvent({ store }: RouteDeps): Operation {
  return {
    method: "delete",
    path: onePath,
    operationId: "deleteCalendarEvent",
    summary: "Delete a calendar event",
    tag,
    scope: "write",
    params,
    isConditional: true,
    answers: { 204: { description: "deleted" } },
    handle: async (context) => {
      const { tenant, id, condition } = namedIn(context);
      const deleted = await store.deleteCalendarEvent({ tenantId: tenant.id, id, ...condition });
      if (deleted === false) throw noEvent("delete", id);
      if (deleted !== true) throw preconditionFailed(`delete ${WHAT}`, deleted.revision);
      return { status: 204, body: "" };
    },
  };
}

function noEvent(verb: string, id: string): NotFoundError {
  return new NotFoundError(`Cannot ${verb} ${WHAT}: there is none with the id "${id}"`);
}
