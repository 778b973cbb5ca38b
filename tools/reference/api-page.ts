import type { AnswerDocument, ApiDocument, OperationDocument, Parameter, Schema } from "./document.ts";
import { anchorOf, table } from "./markdown.ts";
import { ANYWHERE, codesOf, PROBLEM_CODES } from "./problem-codes.ts";
import { componentOf, type LinkTo, meaningText, typeText } from "./schema-text.ts";
import { shapeLines } from "./shape-lines.ts";

const INTRODUCTION = `# API

<!-- Made by \`npm run reference\` from packages/belfry/src/http; a test holds the two together. -->

The page tells what [openapi.json](openapi.json) holds, which a running server gives at \`/openapi.json\`. Send your key
as \`Authorization: Bearer <key>\`. A field that is not called optional must be there in a request, and always is in an
answer; a field that is not known is refused.
`;

/** The header that every answer bears, so that no table need name it. */
const EVERYWHERE = "x-request-id";

interface Place {
  /** `POST /v1/reminders`. */
  heading: string;
  operation: OperationDocument;
}

/** \`docs/reference/api.md\`: every operation, the shapes of bodies and answers, and the errors. */
export function renderApiPage(document: ApiDocument): string {
  const places = placesOf(document);
  const linkTo = linksOf(places);
  const operations = document.tags.flatMap(({ name, description }) => [
    `## ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    "",
    description,
    "",
    ...places
      .filter(({ operation }) => operation.tags.includes(name))
      .flatMap((place) => operationLines(place, document, linkTo)),
  ]);
  return [
    INTRODUCTION,
    `${document.info.description}\n`,
    ...table(["operation", "does"], places.map(contentsRow)),
    ...operations,
    ...shapesLines(document, places, linkTo),
    ...headersLines(document),
    ...errorsLines(),
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

function placesOf({ paths }: ApiDocument): Place[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      return { heading: `${method.toUpperCase()} ${path}`, operation };
    }),
  );
}

/** A body stands with the operation that takes it, every other shape under its own name. */
function linksOf(places: readonly Place[]): LinkTo {
  const headings = new Map(places.map(({ heading, operation }) => [bodyNameOf(operation), heading]));
  return (name) => `[${name}](${anchorOf(headings.get(name) ?? name)})`;
}

function bodySchemaOf({ requestBody }: OperationDocument): Schema | undefined {
  return requestBody?.content["application/json"]?.schema;
}

function bodyNameOf(operation: OperationDocument): string | undefined {
  const reference = bodySchemaOf(operation)?.$ref;
  return reference === undefined ? undefined : componentOf(reference);
}

function contentsRow({ heading, operation }: Place): string[] {
  return [`[\`${heading}\`](${anchorOf(heading)})`, operation.summary];
}

function operationLines({ heading, operation }: Place, document: ApiDocument, linkTo: LinkTo): string[] {
  const parameters = (operation.parameters ?? []).map((parameter) => parameterRow(parameter, linkTo));
  const [scope] = operation.security.flatMap(({ bearer }) => bearer);
  const key = scope === undefined ? "Needs no key." : `Needs a key with the scope \`${scope}\`.`;
  return [
    `### \`${heading}\``,
    "",
    `${operation.summary}. ${key}`,
    "",
    ...table(["parameter", "in", "type", "meaning"], parameters),
    ...bodyLines(operation, document, linkTo),
    ...table(["answer", "means", "headers", "body"], answerRows(operation, linkTo)),
    ...errorLines(operation),
  ];
}

function parameterRow({ name, in: place, required, schema }: Parameter, linkTo: LinkTo): string[] {
  const type = `${typeText(schema, linkTo)}${required ? "" : ", optional"}`;
  return [`\`${name}\``, place, type, meaningText(schema)];
}

function bodyLines(operation: OperationDocument, document: ApiDocument, linkTo: LinkTo): string[] {
  const name = bodyNameOf(operation);
  const schema = name === undefined ? undefined : document.components.schemas[name];
  if (!schema) return [];
  const isOptional = operation.requestBody?.required === false;
  const words = [isOptional ? "Body, as JSON, optional." : "Body, as JSON.", schema.description ?? ""];
  return [words.join(" ").trim(), "", ...shapeLines(schema, linkTo)];
}

function answerRows({ responses }: OperationDocument, linkTo: LinkTo): string[][] {
  return Object.entries(responses)
    .filter(([, answer]) => !isProblem(answer))
    .map(([status, { description, headers = {}, content = {} }]) => {
      const bodies = Object.values(content).map(({ schema }) => typeText(schema, linkTo));
      const names = Object.keys(headers).filter((name) => name !== EVERYWHERE);
      return [status, description, names.map(code).join(", "), bodies.join(", ") || "none"];
    });
}

function isProblem({ $ref, content = {} }: AnswerDocument): boolean {
  return $ref !== undefined || "application/problem+json" in content;
}

function errorLines(operation: OperationDocument): string[] {
  const codes = codesOf(operation).map(code);
  return codes.length === 0 ? [] : [`[Errors](#errors): ${codes.join(", ")}.`, ""];
}

function code(text: string): string {
  return `\`${text}\``;
}

function headersLines({ components }: ApiDocument): string[] {
  const rows = Object.entries(components.headers).map(([name, { description }]) => [code(name), description]);
  return [
    "## Headers of answers",
    "",
    `Every answer bears ${code(EVERYWHERE)}; the others stand with the answers and errors that may.`,
    "",
    ...table(["header", "holds"], rows),
  ];
}

function shapesLines({ components }: ApiDocument, places: readonly Place[], linkTo: LinkTo): string[] {
  const bodies = new Set(places.map(({ operation }) => bodyNameOf(operation)));
  const shapes = Object.entries(components.schemas).filter(([name]) => !bodies.has(name));
  return [
    "## Shapes",
    "",
    ...shapes.flatMap(([name, schema]) => [
      `### ${name}`,
      "",
      ...(schema.description === undefined ? [] : [schema.description, ""]),
      ...shapeLines(schema, linkTo),
    ]),
  ];
}

function errorsLines(): string[] {
  const rows = PROBLEM_CODES.map((problem) => [code(problem.code), String(problem.status), problem.means]);
  return [
    "## Errors",
    "",
    "An error is a [Problem](#problem) as `application/problem+json`. Its `code` is stable; its texts are for people.",
    `Any request may meet ${ANYWHERE.map(code).join(", ")}.`,
    "",
    ...table(["code", "status", "means"], rows),
  ];
}
