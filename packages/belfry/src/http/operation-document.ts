import { type RouteConfig, z } from "@hono/zod-openapi";
import type { Permission } from "./auth.ts";
import type { Operation, OperationAnswer } from "./operation.ts";
import { problemAnswers } from "./problem-answers.ts";
import { type ProblemCode, STORE_CODES } from "./problem-codes.ts";
import { headersOf, type ResponseHeader } from "./response-headers.ts";
import { IDEMPOTENCY_KEY } from "./schemas/idempotency-key.ts";
import { ifMatchSchema } from "./schemas/if-match.ts";

/** RFC 7396, for those who send it with their patches. */
const MERGE_PATCH_TYPE = "application/merge-patch+json";

/** The operation as a route of the OpenAPI document. */
export function routeOf(operation: Operation): RouteConfig {
  const { method, path, operationId, summary, tag, scope, params, query } = operation;
  return {
    method,
    path,
    operationId,
    summary,
    tags: [tag],
    security: scope === null ? [] : [{ bearer: scopesOf(scope) }],
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...headerParameters(operation),
      ...bodyOf(operation),
    },
    // What it answers by itself comes before a problem of the same status.
    responses: { ...problemAnswers(problemsOf(operation)), ...goodAnswers(operation) },
  };
}

/** The scopes that a key must have. */
function scopesOf(permission: Permission): string[] {
  if (permission === "any") return [];
  return [permission === "operator" ? "admin" : permission];
}

function headerParameters({ repeat, isConditional, headers }: Operation): RouteConfig["request"] {
  const shape = {
    ...(repeat ? { "Idempotency-Key": IDEMPOTENCY_KEY[repeat].optional() } : {}),
    ...(isConditional ? { "If-Match": ifMatchSchema.optional() } : {}),
    ...headers,
  };
  return Object.keys(shape).length === 0 ? {} : { headers: z.object(shape) };
}

function bodyOf({ method, body, isBodyOptional = false }: Operation): RouteConfig["request"] {
  if (!body) return {};
  const types = method === "patch" ? ["application/json", MERGE_PATCH_TYPE] : ["application/json"];
  const content = Object.fromEntries(types.map((type) => [type, { schema: body }]));
  return { body: { required: !isBodyOptional, content } };
}

function goodAnswers(operation: Operation): RouteConfig["responses"] {
  const entries = Object.entries(operation.answers).map(([status, answer]) => {
    const { description, schema, others = {} } = answer;
    const content = Object.entries({ ...(schema ? { "application/json": schema } : {}), ...others });
    return [
      status,
      {
        description,
        headers: headersOf(headersIn(operation, answer)),
        ...(content.length === 0
          ? {}
          : { content: Object.fromEntries(content.map(([type, one]) => [type, { schema: one }])) }),
      },
    ];
  });
  return Object.fromEntries(entries);
}

function headersIn({ scope, repeat, query }: Operation, { headers = [] }: OperationAnswer): ResponseHeader[] {
  return [
    ...headers,
    ...(query && "cursor" in query.shape ? ["link" as const] : []),
    ...(repeat === "recorded" ? ["idempotency-replayed" as const] : []),
    ...(scope === null ? [] : (["ratelimit-policy", "ratelimit"] as const)),
  ];
}

/** What may go wrong: by what the operation takes, and besides that by what it does. */
export function problemsOf(operation: Operation): ProblemCode[] {
  const { scope, params, body, repeat, isConditional = false, problems = [] } = operation;
  const codes = new Set<ProblemCode>();
  const add = (isSo: boolean, ...some: readonly ProblemCode[]): void => {
    for (const code of isSo ? some : []) codes.add(code);
  };
  add(true, "bad_request", "request_timeout", "headers_too_large");
  // At least the query may be wrong.
  add(scope !== null, "invalid_input");
  add(true, ...problems);
  add(Boolean(body), "invalid_json", "body_incomplete", "body_too_large", "unsupported_media_type");
  add(repeat === "recorded", "idempotency_running", "idempotency_conflict", "idempotency_key_reused");
  add(isConditional, "precondition_failed");
  add(scope !== null, "unauthorized", "rate_limited", ...STORE_CODES);
  add(scope !== null && scope !== "any", "forbidden");
  add(params !== undefined, "not_found");
  add(true, "internal_error");
  return [...codes];
}
