import type { Receipt } from "../store/access.ts";
import type { ReceiptOf, RepeatableRequest } from "./idempotency.ts";
import type { Answer, AppContext } from "./request.ts";

/** A POST as `doOnce` takes it. */
export function repeatable(context: AppContext, template: string, bytes: Uint8Array): RepeatableRequest {
  return {
    tenantId: context.get("tenant").id,
    route: `POST ${template}`,
    header: context.req.header("idempotency-key"),
    path: context.req.path,
    bytes,
  };
}

/**
 * Makes the answer to a write exactly once: before the commit if a receipt is to hold it, else after.
 * An answer that throws before the commit keeps the write from happening.
 */
export async function answerOnce<Result>(steps: {
  receiptOf: ReceiptOf | undefined;
  write: (receiptOf: ((result: Result) => Receipt) | undefined) => Promise<Result>;
  show: (result: Result) => Answer;
}): Promise<Answer> {
  const { receiptOf, write, show } = steps;
  if (!receiptOf) return show(await write(undefined));
  let shown: Answer | undefined;
  const result = await write((early) => {
    shown = show(early);
    return receiptOf(shown);
  });
  return shown ?? show(result);
}

/** Says where to find what was made. */
export function withLocation<Made>(answer: Answer, locate: (made: Made) => string): Answer {
  return withHeaders<Made>(answer, (made) => ({ location: locate(made) }));
}

/** Adds headers that are read from the body, which is all that a replayed answer holds. */
export function withHeaders<Made>(answer: Answer, read: (made: Made) => Record<string, string>): Answer {
  return { ...answer, headers: { ...answer.headers, ...read(JSON.parse(answer.body)) } };
}
