import { ConflictError, InvalidInputError } from "../../domain/errors.ts";
import type { Upserted } from "../../engine/recipient-engine.ts";
import { readBody } from "../body.ts";
import { MAX_BATCH_BYTES, MAX_BODY_BYTES } from "../body-limits.ts";
import { invalidInput, parseInput } from "../input.ts";
import { isLongerJson } from "../json-size.ts";
import type { Operation } from "../operation.ts";
import { problemOfItem } from "../problem.ts";
import { answerOnce, repeatable } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import {
  recipientBatchDocument,
  recipientBatchResultSchema,
  recipientBatchSchema,
} from "../schemas/recipient-batch.ts";
import { unstorableParts } from "../storable-json.ts";
import { recipientResource } from "../views/recipient-view.ts";
import type { RouteDeps } from "./route-deps.ts";

const path = "/v1/recipients/batch";

/** Making and changing up to 1000 recipients in one commit, each answered for itself. */
export function recipientBatchRoute({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "upsertRecipients",
    summary: "Make or change up to 1000 recipients by your own ids; a wrong one never spoils the others",
    tag: "recipients",
    scope: "write",
    body: recipientBatchDocument,
    repeat: "recorded",
    answers: { 200: { description: "a result for each, in order", schema: recipientBatchResultSchema } },
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BATCH_BYTES);
      return doOnce(repeatable(context, path, bytes), (receiptOf) => {
        const { recipients } = parseInput(recipientBatchSchema, json, "the batch");
        const items = recipients.map((one) => faultOf(one, bytes.length > MAX_BODY_BYTES) ?? one);
        const fit = items.filter((item) => !(item instanceof InvalidInputError));
        return answerOnce<readonly Upserted[]>({
          receiptOf,
          write: (keep) => engine.upsertRecipients(context.get("tenant"), fit, keep),
          show: (upserted) =>
            jsonAnswer(200, { results: resultsOf(items, upserted, context.get("requestId")) }),
        });
      });
    },
  };
}

/** @param isLong only a long batch can hold an item that is too long, so others are not measured */
function faultOf(item: unknown, isLong: boolean): InvalidInputError | null {
  const issues = unstorableParts(item);
  if (issues.length > 0) return invalidInput("the recipient", issues);
  if (!isLong || !isLongerJson(item, MAX_BODY_BYTES)) return null;
  const allowed = `at most ${MAX_BODY_BYTES / 1024} KiB of JSON for each recipient`;
  return invalidInput("the recipient", [{ path: [], value: undefined, message: "is too large", allowed }]);
}

/** The engine's answers, put back among the items that were refused before. */
function resultsOf(items: readonly unknown[], upserted: readonly Upserted[], instance: string): unknown[] {
  const answers = upserted.values();
  return items.map((item) => {
    if (item instanceof InvalidInputError) return refusalOf(item, instance);
    const answer = answers.next().value;
    if (!answer) throw new Error("Cannot answer: the engine gave fewer results than it was given recipients");
    if (answer.kind === "refused") return refusalOf(answer.error, instance);
    if (answer.kind === "conflict") return refusalOf(lost(answer.externalId), instance);
    const status = answer.kind === "created" ? 201 : 200;
    return { status, changed: answer.kind !== "unchanged", recipient: recipientResource(answer.recipient) };
  });
}

function lost(externalId: string): ConflictError {
  const message = `Cannot store the recipient: others changed "${externalId}" meanwhile; send it again`;
  return new ConflictError("recipient_changed", message);
}

function refusalOf(error: InvalidInputError | ConflictError, instance: string) {
  const problem = problemOfItem(error);
  return { status: problem.status, problem: { ...problem, instance } };
}
