import { type RouteConfig, z } from "@hono/zod-openapi";
import type { Operation, OperationAnswer } from "./operation.ts";
import { problemAnswers } from "./problem-answers.ts";
import type { ProblemCode } from "./problem-codes.ts";
import { headersOf, type ResponseHeader } from "./response-headers.ts";
import { IDEMPOTENCY_KEY } from "./schemas/idempotency-key.ts";

/** The operation as a route of the OpenAPI document. */
export function routeOf(operation: Operation): RouteConfig {
  const { method, path, operationId, summary, tag, scope, params, query, repeat } = operation;
  return {
    method,
    path,
    operationId,
    summary,
    tags: [tag],
    security: scope === null ? [] : [{ bearer: [scope] }],
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(repeat ? { headers: z.object({ "Idempotency-Key": IDEMPOTENCY_KEY[repeat].optional() }) } : {}),
      ...bodyOf(operation),
    },
    // What it answers by itself comes before a problem of the same status.
    responses: { ...problemAnswers(problemsOf(operation)), ...goodAnswers(operation) },
  };
}

function bodyOf({ body, isBodyOptional = false }: Operation): RouteConfig["request"] {
  if (!body) return {};
  return { body: { required: !isBodyOptional, content: { "application/json": { schema: body } } } };
}

function goodAnswers(operation: Operation): RouteConfig["responses"] {
  const entries = Object.entries(operation.answers).map(([status, answer]) => {
    const { description, schema } = answer;
    const content = schema ? { content: { "application/json": { schema } } } : {};
    return [status, { description, headers: headersOf(headersIn(operation, answer)), ...content }];
  });
  return Object.fromEntries(entries);
}

function headersIn({ repeat, query }: Operation, { headers = [] }: OperationAnswer): ResponseHeader[] {
  return [
    ...headers,
    ...(query && "cursor" in query.shape ? ["link" as const] : []),
    ...(repeat === "recorded" ? ["idempotency-replayed" as const] : []),
  ];
}

/** What may go wrong: by what the operation takes, and besides that by what it does. */
function problemsOf(operation: Operation): ProblemCode[] {
  const { scope, params, query, body, repeat, problems = [] } = operation;
  const codes = new Set<ProblemCode>();
  const add = (isSo: boolean, ...some: readonly ProblemCode[]): void => {
    for (const code of isSo ? some : []) codes.add(code);
  };
  add(true, "bad_request");
  add(Boolean(query ?? body ?? repeat), "invalid_input");
  add(true, ...problems);
  add(Boolean(body), "invalid_json", "body_incomplete", "body_too_large", "unsupported_media_type");
  add(repeat === "recorded", "idempotency_running", "idempotency_conflict", "idempotency_key_reused");
  add(scope !== null, "unauthorized", "forbidden", "store_failed");
  add(params !== undefined, "not_found");
  add(true, "internal_error");
  return [...codes];
}
