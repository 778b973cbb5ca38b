import type {
  ApiDocument,
  OperationDocument,
} from "../../packages/belfry/src/http/reference/api-document.ts";
import {
  ANSWER_TITLES,
  ANYWHERE,
  answerRows,
  bodyNameOf,
  code,
  codesOf,
  EVERYWHERE,
  keyText,
  LIMITS,
  PARAMETER_TITLES,
  type Place,
  parameterRows,
  placesOf,
} from "../../packages/belfry/src/http/reference/operation-rows.ts";
import type { LinkTo } from "../../packages/belfry/src/http/reference/schema-text.ts";
import { anchorOf, table } from "./markdown.ts";
import { PROBLEM_CODES } from "./problem-codes.ts";
import { shapeLines } from "./shape-lines.ts";

const INTRODUCTION = `# API

<!-- Made by \`npm run reference\` from packages/belfry/src/http; a test holds the two together. -->

The page tells what [openapi.json](openapi.json) holds, which a running server gives at \`/openapi.json\`. Send your key
as \`Authorization: Bearer <key>\`. A field that is not called optional must be there in a request, and always is in an
answer; a field that is not known is refused.
`;

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

/** A body stands with the operation that takes it, every other shape under its own name. */
function linksOf(places: readonly Place[]): LinkTo {
  const headings = new Map(places.map(({ heading, operation }) => [bodyNameOf(operation), heading]));
  return (name) => `[${name}](${anchorOf(headings.get(name) ?? name)})`;
}

function contentsRow({ heading, operation }: Place): string[] {
  return [`[\`${heading}\`](${anchorOf(heading)})`, operation.summary];
}

function operationLines({ heading, operation }: Place, document: ApiDocument, linkTo: LinkTo): string[] {
  return [
    `### \`${heading}\``,
    "",
    `${operation.summary}. ${keyText(operation)}`,
    "",
    ...table(PARAMETER_TITLES, parameterRows(operation, linkTo)),
    ...bodyLines(operation, document, linkTo),
    ...table(ANSWER_TITLES, answerRows(operation, linkTo)),
    ...errorLines(operation),
  ];
}

function bodyLines(operation: OperationDocument, document: ApiDocument, linkTo: LinkTo): string[] {
  const name = bodyNameOf(operation);
  const schema = name === undefined ? undefined : document.components.schemas[name];
  if (!schema) return [];
  const isOptional = operation.requestBody?.required === false;
  const words = [isOptional ? "Body, as JSON, optional." : "Body, as JSON.", schema.description ?? ""];
  return [words.join(" ").trim(), "", ...shapeLines(schema, linkTo)];
}

function errorLines(operation: OperationDocument): string[] {
  const codes = codesOf(operation).map(code);
  return codes.length === 0 ? [] : [`[Errors](#errors): ${codes.join(", ")}.`, ""];
}

function headersLines({ components }: ApiDocument): string[] {
  const rows = Object.entries(components.headers).map(([name, { description }]) => [code(name), description]);
  return [
    "## Headers of answers",
    "",
    `Every answer bears ${code(EVERYWHERE)}, and every answer to a key with a limit ${LIMITS.map(code).join(" and ")};`,
    "the others stand with the answers and errors that may.",
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
