import { STORE_CODES } from "../problem-codes.ts";
import type { AnswerDocument, ApiDocument, OperationDocument, Parameter, Schema } from "./api-document.ts";
import { componentOf, type LinkTo, meaningText, typeText } from "./schema-text.ts";
import type { Row } from "./shape-blocks.ts";

/** One method of one path. */
export interface Place {
  method: string;
  path: string;
  /** `POST /v1/reminders`. */
  heading: string;
  operation: OperationDocument;
}

/** The header that every answer bears, so that no table need name it. */
export const EVERYWHERE = "x-request-id";
/** Those that every answer to a key with a limit bears. */
export const LIMITS: readonly string[] = ["ratelimit-policy", "ratelimit"];
/** What may befall any request, so that no operation need name it. */
export const ANYWHERE: readonly string[] = [
  "bad_request",
  "method_not_allowed",
  "request_timeout",
  "headers_too_large",
  "internal_error",
  ...STORE_CODES,
];

export const PARAMETER_TITLES: Row = ["parameter", "in", "type", "meaning"];
export const ANSWER_TITLES: Row = ["answer", "means", "headers", "body"];

export function placesOf({ paths }: ApiDocument): Place[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([name, operation]) => {
      const method = name.toUpperCase();
      return { method, path, heading: `${method} ${path}`, operation };
    }),
  );
}

/** Which key an operation needs. */
export function keyText({ security }: OperationDocument): string {
  const [scheme] = security;
  if (!scheme) return "Needs no key.";
  const [scope] = scheme.bearer;
  return scope === undefined ? "Needs a key of any scope." : `Needs a key with the scope \`${scope}\`.`;
}

export function parameterRows({ parameters = [] }: OperationDocument, linkTo: LinkTo): Row[] {
  return parameters.map((parameter) => parameterRow(parameter, linkTo));
}

function parameterRow({ name, in: place, required, schema }: Parameter, linkTo: LinkTo): Row {
  const type = `${typeText(schema, linkTo)}${required ? "" : ", optional"}`;
  return [`\`${name}\``, place, type, meaningText(schema)];
}

/** The JSON that an operation takes. */
export function bodySchemaOf({ requestBody }: OperationDocument): Schema | undefined {
  return requestBody?.content["application/json"]?.schema;
}

/** The name under which the body's schema is a component. */
export function bodyNameOf(operation: OperationDocument): string | undefined {
  const reference = bodySchemaOf(operation)?.$ref;
  return reference === undefined ? undefined : componentOf(reference);
}

/** The answers when all is well. */
export function answerRows({ responses }: OperationDocument, linkTo: LinkTo): Row[] {
  return Object.entries(responses)
    .filter(([, answer]) => !isProblem(answer))
    .map(([status, { description, headers = {}, content = {} }]) => {
      const names = Object.keys(headers).filter((name) => name !== EVERYWHERE && !LIMITS.includes(name));
      return [status, description, names.map(code).join(", "), bodiesText(content, linkTo) || "none"];
    });
}

function bodiesText(content: NonNullable<AnswerDocument["content"]>, linkTo: LinkTo): string {
  const bodies = Object.entries(content).map(([type, { schema }]) =>
    type === "application/json" ? typeText(schema, linkTo) : code(type),
  );
  return bodies.join(" or ");
}

function isProblem({ $ref, content = {} }: AnswerDocument): boolean {
  return $ref !== undefined || "application/problem+json" in content;
}

/** The codes that the document says an operation answers with, besides those of any request. */
export function codesOf({ responses }: OperationDocument): string[] {
  return Object.values(responses)
    .flatMap(codesIn)
    .filter((one) => !ANYWHERE.includes(one));
}

/** An answer that many operations share is a reference, named by its one code. */
function codesIn({ $ref, content = {} }: AnswerDocument): string[] {
  if ($ref !== undefined) return [componentOf($ref)];
  const parts = content["application/problem+json"]?.schema.allOf ?? [];
  return parts.flatMap((part) => part.properties?.code?.enum ?? []).map(String);
}

export function code(text: string): string {
  return `\`${text}\``;
}
