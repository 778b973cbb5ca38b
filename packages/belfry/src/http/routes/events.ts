import { z } from "@hono/zod-openapi";
import { InvalidInputError } from "../../domain/errors.ts";
import type { EventPage } from "../../store/store.ts";
import { authenticate, requirePermission } from "../auth.ts";
import { HttpProblem } from "../http-problem.ts";
import { invalidInput } from "../input.ts";
import type { Operation } from "../operation.ts";
import { nextLink } from "../pagination.ts";
import { type Answer, type AppContext, jsonAnswer, type StreamAnswer } from "../request.ts";
import { eventPageSchema } from "../schemas/event.ts";
import { lastEventId, PLACE_ALLOWED } from "../schemas/event-query.ts";
import { watchAdmission } from "../streams/admission.ts";
import { eventStream } from "../streams/event-stream.ts";
import { createStreamSlots, type TakeSlot } from "../streams/stream-slots.ts";
import { eventResource } from "../views/event-view.ts";
import { type EventsRequest, eventsQuery, readEventsRequest } from "./event-request.ts";
import type { RouteDeps } from "./route-deps.ts";

type Deps = Pick<RouteDeps, "store" | "clock" | "access">;

const STREAM_TYPE = "text/event-stream";
const STREAM_HEADERS = {
  "content-type": STREAM_TYPE,
  // nginx would otherwise hold back what comes until it has enough of it.
  "x-accel-buffering": "no",
};
/** Events in one read of a stream. */
const STREAM_PAGE = 200;

const streamSchema = z.string().openapi({
  description:
    "server-sent events: `id`, `event` (the type) and `data` (an Event as JSON); `event: gap` first if some that " +
    "follow the given id are no longer kept; a comment when nothing has happened for 15 seconds",
  example: 'id: 1764579600000000\nevent: delivery.delivered\ndata: {"id":"1764579600000000","…":"…"}\n\n',
});

/** What happened, page by page or as it happens. */
export function eventsRoute(deps: Deps): Operation {
  const takeSlot = createStreamSlots();
  return {
    method: "get",
    path: "/v1/events",
    operationId: "listEvents",
    summary: "List what happened, oldest first; or follow it, with `Accept: text/event-stream`",
    tag: "events",
    scope: "read",
    query: eventsQuery,
    headers: { "Last-Event-ID": lastEventId.optional() },
    answers: {
      200: {
        description: "one page, or a stream without an end",
        schema: eventPageSchema,
        others: { [STREAM_TYPE]: streamSchema },
      },
    },
    problems: ["too_many_streams"],
    handle: async (context) => {
      const request = readEventsRequest(context);
      if (!request.isStream) return pageOf(context, await createReader(deps, context, request)());
      // Without a body there is nothing to follow.
      if (context.req.method === "HEAD") return { status: 200, body: "", headers: STREAM_HEADERS };
      return follow(deps, takeSlot, { context, request });
    },
  };
}

type Reader = (after?: string) => Promise<EventPage>;

/** Reads what follows an id; by default, what follows the place that was asked for. */
function createReader({ store }: Deps, context: AppContext, request: EventsRequest): Reader {
  const { place, isStream, types, reminderId } = request;
  const tenantId = context.get("tenant").id;
  const limit = isStream ? STREAM_PAGE : request.limit;
  return (after = place.after) =>
    store.listEvents({ tenantId, after, limit, types, reminderId }).catch((error: unknown) => {
      throw error instanceof InvalidInputError ? noSuchPlace(place) : error;
    });
}

function noSuchPlace({ after, field }: EventsRequest["place"]): InvalidInputError {
  const message = "is not the id of an event";
  return invalidInput("the request", [{ path: [field], value: after, message, allowed: PLACE_ALLOWED }]);
}

function pageOf(context: AppContext, { items, lastId, isMore, hasGap }: EventPage): Answer {
  const nextCursor = isMore ? lastId : null;
  const body = { items: items.map(eventResource), nextCursor, lastId, hasGap };
  return jsonAnswer(200, body, nextLink(context, nextCursor));
}

async function follow(
  deps: Deps,
  takeSlot: TakeSlot,
  { context, request }: { context: AppContext; request: EventsRequest },
): Promise<StreamAnswer> {
  const read = createReader(deps, context, request);
  const { access, clock } = deps;
  const caller = { key: context.get("key"), tenant: context.get("tenant") };
  const onEnd = takeSlot({ ...caller, isOperator: access.isOperator(caller) });
  const isAllowed = createCheck(deps, context.req.header("authorization"));
  try {
    const stream = eventStream(await read(), {
      read,
      admit: (end) => watchAdmission({ caller, callers: access.callers, clock, isAllowed }, end),
      watch: (wake) => deps.store.watchEvents(wake),
      clock,
      // Without a server there are no bindings at all.
      closing: context.env?.closing,
      onEnd,
    });
    return { status: 200, stream, headers: STREAM_HEADERS };
  } catch (error) {
    onEnd();
    throw error;
  }
}

/** Whether the key is still good for this; it is not counted as another request. */
function createCheck(
  { access, clock }: Deps,
  authorization: string | undefined,
): (knownForMs: number) => Promise<boolean> {
  return async (knownForMs) => {
    const callers = { find: (secret: string) => access.callers.find(secret, knownForMs) };
    try {
      const caller = await authenticate(authorization, { callers, clock });
      requirePermission(caller, "read", access.isOperator);
      return true;
    } catch (error) {
      if (error instanceof HttpProblem) return false;
      throw error;
    }
  };
}
