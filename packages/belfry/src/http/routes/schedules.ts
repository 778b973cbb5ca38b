import type { InputIssue } from "../../domain/errors.ts";
import type { PreviewRequest } from "../../engine/engine.ts";
import { resolveTimeZone, ScheduleError } from "../../time/schedule.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { readKey } from "../idempotency.ts";
import { invalidInput, parseInput } from "../input.ts";
import { readInstant } from "../instant-input.ts";
import type { Operation } from "../operation.ts";
import { UNREADABLE_SCHEDULE } from "../problem-codes.ts";
import { jsonAnswer } from "../request.ts";
import {
  DEFAULT_PREVIEW_COUNT,
  previewRequestDocument,
  previewRequestSchema,
  previewSchema,
} from "../schemas/preview.ts";
import { occurrenceResource } from "../views/reminder-view.ts";
import type { RouteDeps } from "./route-deps.ts";

const path = "/v1/schedules/preview";

/** Telling what a schedule would do. */
export function previewRoute({ engine }: Pick<RouteDeps, "engine">): Operation {
  return {
    method: "post",
    path,
    operationId: "previewSchedule",
    summary: "Show the next occurrences of a schedule; nothing is stored",
    tag: "schedules",
    // A POST for its body only.
    scope: "read",
    body: previewRequestDocument,
    repeat: "harmless",
    answers: {
      200: { description: "the occurrences; none when the rule is exhausted", schema: previewSchema },
    },
    problems: UNREADABLE_SCHEDULE,
    handle: async (context) => {
      const { json } = await readBody(context, MAX_BODY_BYTES);
      const key = context.req.header("idempotency-key");
      if (key !== undefined) readKey(key);
      const { occurrences, text } = engine.preview(context.get("tenant"), readPreviewRequest(json));
      return jsonAnswer(200, { occurrences: occurrences.map(occurrenceResource), text });
    },
  };
}

function readPreviewRequest(input: unknown): PreviewRequest {
  const body = parseInput(previewRequestSchema, input, "the preview");
  const issues: InputIssue[] = [];
  const afterMs = readInstant(["after"], body.after, issues);
  const timeZone = body.timeZone === undefined ? undefined : readTimeZone(body.timeZone, issues);
  const isZoneKnown = timeZone !== undefined || body.timeZone === undefined;
  const code = isZoneKnown ? "invalid_input" : "unknown_time_zone";
  if (issues.length > 0) throw invalidInput("the preview", issues, code);
  return {
    schedule: body.schedule,
    count: body.count ?? DEFAULT_PREVIEW_COUNT,
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(afterMs === undefined ? {} : { afterMs }),
  };
}

function readTimeZone(name: string, issues: InputIssue[]): string | undefined {
  try {
    return resolveTimeZone(name);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
}
