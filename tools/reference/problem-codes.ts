import { PROBLEMS, type ProblemMeaning } from "../../packages/belfry/src/http/problem-codes.ts";
import type { AnswerDocument, OperationDocument } from "./document.ts";
import { componentOf } from "./schema-text.ts";

/** Every code of a problem; a test compares them with the source. */
export const PROBLEM_CODES: readonly ({ code: string } & ProblemMeaning)[] = Object.entries(PROBLEMS).map(
  ([code, meaning]) => ({ code, ...meaning }),
);

/** What may befall any request, so that no operation need name it. */
export const ANYWHERE: readonly string[] = [
  "bad_request",
  "method_not_allowed",
  "request_timeout",
  "headers_too_large",
  "internal_error",
  "store_failed",
];

/** The codes that the document says an operation answers with, besides those of any request. */
export function codesOf({ responses }: OperationDocument): string[] {
  return Object.values(responses)
    .flatMap(codesIn)
    .filter((code) => !ANYWHERE.includes(code));
}

/** An answer that many operations share is a reference, named by its one code. */
function codesIn({ $ref, content = {} }: AnswerDocument): string[] {
  if ($ref !== undefined) return [componentOf($ref)];
  const parts = content["application/problem+json"]?.schema.allOf ?? [];
  return parts.flatMap((part) => part.properties?.code?.enum ?? []).map(String);
}
