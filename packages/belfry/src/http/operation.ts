import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { InputIssue } from "../domain/errors.ts";
import type { Scope } from "./auth.ts";
import { invalidInput, parseInput } from "./input.ts";
import type { Answer, AppContext } from "./request.ts";
import { problemSchema } from "./schemas/problem.ts";

/** One method of one path: what the document says of it and what it does. */
export interface Operation {
  method: "get" | "post" | "patch" | "delete";
  /** With parameters in braces: `/v1/reminders/{id}`. */
  path: string;
  /** Unique, for those who make clients from the document. */
  operationId: string;
  summary: string;
  tag: string;
  /** What a key must be allowed; null: no key is asked for. */
  scope: Scope | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** What it answers when all is well, by status. */
  answers: Readonly<Record<number, { description: string; schema?: z.ZodType }>>;
  handle(context: AppContext): Promise<Answer>;
}

const idempotencyHeader = z.object({
  "Idempotency-Key": z.string().optional().openapi({
    description:
      "1 to 255 printable characters; the same request again within 24 hours gets the same answer again",
  }),
});

/** The operation as a route of the OpenAPI document. */
export function routeOf(operation: Operation): RouteConfig {
  const { method, path, operationId, summary, tag, scope, params, query, body } = operation;
  return {
    method,
    path,
    operationId,
    summary,
    tags: [tag],
    security: scope === null ? [] : [{ bearer: [] }],
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(method === "post" ? { headers: idempotencyHeader } : {}),
      ...(body ? { body: { required: true, content: { "application/json": { schema: body } } } } : {}),
    },
    responses: responsesOf(operation),
  };
}

function responsesOf({ answers }: Operation): RouteConfig["responses"] {
  const problem = {
    description: "a problem",
    content: { "application/problem+json": { schema: problemSchema } },
  };
  const good = Object.entries(answers).map(([status, { description, schema }]) => {
    return [status, schema ? { description, content: { "application/json": { schema } } } : { description }];
  });
  return { ...Object.fromEntries(good), default: problem };
}

/**
 * The query of a request, checked.
 *
 * @throws InvalidInputError also for a parameter that is given twice or not known
 */
export function readQuery<Output>(context: AppContext, schema: z.ZodType<Output>): Output {
  const given = context.req.queries();
  const repeated = Object.entries(given).flatMap(([name, values]): InputIssue[] => {
    return values.length < 2
      ? []
      : [{ path: [name], value: values, message: "is given twice", allowed: "one value" }];
  });
  if (repeated.length > 0) throw invalidInput("the query", repeated);
  const query = Object.fromEntries(Object.entries(given).map(([name, values]) => [name, values[0]]));
  return parseInput(schema, query, "the query");
}

/** A parameter of the path. */
export function pathParameter(context: AppContext, name: string): string {
  return context.req.param(name) ?? "";
}
