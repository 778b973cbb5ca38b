import { InvalidInputError } from "../../domain/errors.ts";
import type { Accepted, ReminderRequest } from "../../engine/engine.ts";
import type { ReminderView } from "../../store/store.ts";
import { readBody } from "../body.ts";
import { MAX_BATCH_BYTES, MAX_BODY_BYTES } from "../body-limits.ts";
import { invalidInput, parseInput } from "../input.ts";
import { isLongerJson } from "../json-size.ts";
import type { Operation } from "../operation.ts";
import { heeding, PREFER_MINIMAL, preferenceOf } from "../prefer.ts";
import { inputProblem } from "../problem.ts";
import { answerOnce, repeatable } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import { batchRequestDocument, batchRequestSchema, batchResultDocument } from "../schemas/reminder.ts";
import { reminderResource } from "../views/reminder-view.ts";
import { readReminderRequest } from "./reminder-request.ts";
import type { RouteDeps } from "./route-deps.ts";

const path = "/v1/reminders/batch";

/** Creating up to 1000 reminders in one commit, each answered for itself. */
export function reminderBatchRoute({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "createReminderBatch",
    summary: "Accept up to 1000 reminders; a wrong one never spoils the others",
    tag: "reminders",
    scope: "write",
    body: batchRequestDocument,
    repeat: "recorded",
    headers: { Prefer: PREFER_MINIMAL },
    answers: {
      200: {
        description: "a result for each, in order",
        schema: batchResultDocument,
        headers: ["preference-applied"],
      },
    },
    handle: async (context) => {
      const preference = preferenceOf(context);
      const { bytes, json } = await readBody(context, MAX_BATCH_BYTES);
      const request = { ...repeatable(context, path, bytes), preference };
      const answer = await doOnce(request, (receiptOf) => {
        const { reminders } = parseInput(batchRequestSchema, json, "the batch");
        const items = readItems(reminders, bytes.length > MAX_BODY_BYTES);
        const telling = {
          instance: context.get("requestId"),
          show: preference === undefined ? reminderResource : idAlone,
        };
        return answerOnce<readonly Accepted[]>({
          receiptOf,
          write: (keep) => engine.accept(context.get("tenant"), items.filter(isRequest), keep),
          show: (accepted) => jsonAnswer(200, { results: resultsOf(items, accepted, telling) }),
        });
      });
      return heeding(preference, answer);
    },
  };
}

type Item = ReminderRequest | InvalidInputError;

function isRequest(item: Item): item is ReminderRequest {
  return !(item instanceof InvalidInputError);
}

/** @param isLong only a long batch can hold an item that is too long, so others are not measured */
function readItems(reminders: readonly unknown[], isLong: boolean): Item[] {
  return reminders.map((reminder) => {
    try {
      if (isLong) requireShort(reminder);
      return readReminderRequest(reminder);
    } catch (error) {
      if (error instanceof InvalidInputError) return error;
      throw error;
    }
  });
}

function requireShort(reminder: unknown): void {
  if (!isLongerJson(reminder, MAX_BODY_BYTES)) return;
  const allowed = `at most ${MAX_BODY_BYTES / 1024} KiB of JSON for each reminder`;
  throw invalidInput("the reminder", [{ path: [], value: undefined, message: "is too large", allowed }]);
}

/** What is left of the reminder for who wants no more. */
function idAlone({ reminder }: ReminderView): { id: string } {
  return { id: reminder.id };
}

interface Telling {
  /** The request's id. */
  instance: string;
  show: (view: ReminderView) => object;
}

/** The engine's answers, put back among the items whose shape was refused before. */
function resultsOf(
  items: readonly Item[],
  accepted: readonly Accepted[],
  { instance, show }: Telling,
): unknown[] {
  const answers = accepted.values();
  return items.map((item) => {
    const answer = isRequest(item) ? answers.next().value : { ok: false as const, error: item };
    if (!answer) throw new Error("Cannot answer: the engine gave fewer results than it was given reminders");
    if (answer.ok) return { status: 201, reminder: show(answer.view) };
    return { status: 400, problem: { ...inputProblem(answer.error), instance } };
  });
}
