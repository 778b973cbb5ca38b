import type { z } from "@hono/zod-openapi";
import type { Tenant } from "../../engine/engine.ts";
import type { Changed, ChangedReminder, ChangeOptions } from "../../engine/reminder-changes.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { wordsOfCampaign } from "../campaign-words.ts";
import { entityTag, readIfMatch } from "../entity-tag.ts";
import type { ReceiptOf } from "../idempotency.ts";
import { parseInput } from "../input.ts";
import { type Operation, pathParameter } from "../operation.ts";
import type { ProblemCode } from "../problem-codes.ts";
import { answerOnce, repeatable, withHeaders } from "../repeatable.ts";
import { type Answer, type AppContext, jsonAnswer } from "../request.ts";
import { emptyRequestSchema } from "../schemas/empty-request.ts";
import { changedReminderSchema, skippedReminderSchema } from "../schemas/reminder.ts";
import { resumeRequestSchema, skipRequestSchema } from "../schemas/reminder-state.ts";
import { requireStorable } from "../storable-json.ts";
import { changedReminderResource } from "../views/reminder-view.ts";
import { requireChanged } from "./reminder-refusals.ts";
import { reminderParams, reminderPath } from "./reminders.ts";
import type { RouteDeps } from "./route-deps.ts";

/** Resting a reminder, going on with it, and leaving an occurrence out. */
export function reminderStateRoutes(deps: Pick<RouteDeps, "engine" | "doOnce" | "store">): Operation[] {
  return [pauseReminder(deps), resumeReminder(deps), skipOccurrence(deps)];
}

type Deps = Pick<RouteDeps, "engine" | "doOnce" | "store">;

function pauseReminder(deps: Deps): Operation {
  const { engine } = deps;
  return changeByPost(deps, {
    name: "pause",
    verb: "pause",
    operationId: "pauseReminder",
    summary: "Pause a reminder: what waits of its rule is taken back; twice is as good as once",
    body: emptyRequestSchema,
    answer: { description: "paused", schema: changedReminderSchema },
    change: ({ tenant, id, options }) => engine.pause(tenant, id, options),
  });
}

function resumeReminder(deps: Deps): Operation {
  const { engine } = deps;
  return changeByPost(deps, {
    name: "resume",
    verb: "resume",
    operationId: "resumeReminder",
    summary: "Resume a paused reminder; twice is as good as once",
    body: resumeRequestSchema,
    answer: { description: "active again", schema: changedReminderSchema },
    change: ({ tenant, id, options, input: { missed } }) =>
      engine.resume(tenant, id, { ...options, ...(missed === undefined ? {} : { missed }) }),
  });
}

function skipOccurrence(deps: Deps): Operation {
  const { engine } = deps;
  return changeByPost(deps, {
    name: "skip",
    verb: "skip an occurrence of",
    operationId: "skipOccurrence",
    summary: "Leave one occurrence of a reminder out, by default the next",
    body: skipRequestSchema,
    answer: { description: "left out", schema: skippedReminderSchema },
    problems: ["nothing_to_skip", "delivery_in_flight"],
    change: ({ tenant, id, options, input: { occurrence } }) =>
      engine.skip(tenant, id, { ...options, ...(occurrence === undefined ? {} : { occurrence }) }),
  });
}

interface Change<Input> {
  /** The last part of the path. */
  name: string;
  /** Completes "Cannot … the reminder". */
  verb: string;
  operationId: string;
  summary: string;
  body: z.ZodType<Input>;
  answer: { description: string; schema: z.ZodType };
  problems?: readonly ProblemCode[];
  change: (asked: { tenant: Tenant; id: string; options: ChangeOptions; input: Input }) => Promise<Changed>;
}

/** A POST that changes a reminder, once for each Idempotency-Key, and only if `If-Match` holds. */
function changeByPost<Input extends object>(
  { doOnce, store }: Deps,
  { name, verb, change, ...described }: Change<Input>,
): Operation {
  const { operationId, summary, body, answer, problems = [] } = described;
  const path = `${reminderPath}/${name}`;
  return {
    method: "post",
    path,
    operationId,
    summary,
    tag: "reminders",
    scope: "write",
    params: reminderParams,
    body,
    isBodyOptional: true,
    isConditional: true,
    repeat: "recorded",
    answers: { 200: { ...answer, headers: ["etag"] } },
    problems: ["reminder_over", "reminder_changed", ...problems],
    handle: async (context) => {
      const { bytes, json = {} } = await readBody(context, MAX_BODY_BYTES);
      const made = await doOnce(repeatable(context, path, bytes), (receiptOf) => {
        const input = parseInput(body, json, "the body");
        requireStorable(json, "the body");
        return answerChange({
          store,
          context,
          receiptOf,
          verb,
          change: (asked) => change({ ...asked, input }),
        });
      });
      return withHeaders(made, entityTag);
    },
  };
}

interface ChangeSteps {
  store: RouteDeps["store"];
  context: AppContext;
  receiptOf: ReceiptOf | undefined;
  verb: string;
  change: (asked: { tenant: Tenant; id: string; options: ChangeOptions }) => Promise<Changed>;
}

async function answerChange({ store, context, receiptOf, verb, change }: ChangeSteps): Promise<Answer> {
  const id = pathParameter(context, "id");
  const tenant = context.get("tenant");
  const worded = await wordsOfCampaign(store, tenant.id, id);
  const condition = readIfMatch(context.req.header("if-match"));
  return answerOnce<ChangedReminder>({
    receiptOf,
    write: async (keep) => {
      const options = { ...condition, ...(keep ? { receiptOf: keep } : {}) };
      return requireChanged(verb, id, await change({ tenant, id, options }));
    },
    show: (changed) => jsonAnswer(200, changedReminderResource({ ...changed, view: worded(changed.view) })),
  });
}
