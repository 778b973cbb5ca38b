import { z } from "@hono/zod-openapi";
import type { InputIssue } from "../domain/errors.ts";
import type { Permission } from "./auth.ts";
import { invalidInput, parseInput } from "./input.ts";
import type { ProblemCode } from "./problem-codes.ts";
import type { Answer, AppContext, StreamAnswer } from "./request.ts";
import type { ResponseHeader } from "./response-headers.ts";
import type { Route } from "./routing.ts";
import type { Tag } from "./tags.ts";

/** One method of one path: what the document says of it and what it does. */
export interface Operation extends Pick<Route, "method" | "path"> {
  /** Unique, for those who make clients from the document. */
  operationId: string;
  summary: string;
  tag: Tag;
  /** What a key must be allowed; null: no key is asked for. */
  scope: Permission | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  isBodyOptional?: boolean;
  /** For POST: whether an `Idempotency-Key` records the answer, or there is nothing that a repeat could spoil. */
  repeat?: "recorded" | "harmless";
  /** Whether `If-Match` makes it conditional. */
  isConditional?: boolean;
  /** Further headers that it reads. */
  headers?: Readonly<Record<string, z.ZodType>>;
  /** What it answers when all is well, by status. */
  answers: Readonly<Record<number, OperationAnswer>>;
  /** The problems of its own; those that come with a key, a query or a body need not be named. */
  problems?: readonly ProblemCode[];
  handle(context: AppContext): Promise<Answer | StreamAnswer>;
}

export interface OperationAnswer {
  description: string;
  /** Of its JSON. */
  schema?: z.ZodType;
  /** What it may be instead, by media type. */
  others?: Readonly<Record<string, z.ZodType>>;
  headers?: readonly ResponseHeader[];
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

const NO_PARAMETERS = z.strictObject({});

/**
 * Refuses a query where none is taken: whoever writes `?dryRun=true` means it, and must hear that it does nothing.
 *
 * @throws InvalidInputError naming every parameter
 */
export function refuseQuery(context: AppContext): void {
  if (context.req.url.includes("?")) readQuery(context, NO_PARAMETERS);
}

/** A parameter of the path. NUL, which some stores refuse to look for, becomes what no id and no name holds. */
export function pathParameter(context: AppContext, name: string): string {
  return lookedFor(context.req.param(name) ?? "");
}

/** A name or an id as it is looked for, where JSON has not been checked already. */
export function lookedFor(text: string): string {
  return text.replaceAll("\u0000", "\ufffd");
}
