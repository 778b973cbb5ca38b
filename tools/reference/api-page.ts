import type { ApiDocument, OperationDocument, Parameter, Schema } from "./document.ts";
import { anchorOf, table } from "./markdown.ts";
import { PROBLEM_CODES } from "./problem-codes.ts";
import { componentOf, type LinkTo, meaningText, typeText } from "./schema-text.ts";
import { shapeLines } from "./shape-lines.ts";

const INTRODUCTION = `# API

<!-- Made by \`npm run reference\` from packages/belfry/src/http; a test holds the two together. -->

The page tells what [openapi.json](openapi.json) holds, which a running server gives at \`/openapi.json\`. Send your key
as \`Authorization: Bearer <key>\`. A field that is not called optional must be there in a request, and always is in an
answer; a field that is not known is refused.
`;

interface Place {
  /** `POST /v1/reminders`. */
  heading: string;
  operation: OperationDocument;
}

/** \`docs/reference/api.md\`: every operation, the shapes of bodies and answers, and the errors. */
export function renderApiPage(document: ApiDocument): string {
  const places = placesOf(document);
  const linkTo = linksOf(places);
  const operations = document.tags.flatMap(({ name }) => [
    `## ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
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
  const key = operation.security.length === 0 ? " Needs no key." : "";
  return [
    `### \`${heading}\``,
    "",
    `${operation.summary}.${key}`,
    "",
    ...table(["parameter", "in", "type", "meaning"], parameters),
    ...bodyLines(operation, document, linkTo),
    ...table(["answer", "means", "body"], answerRows(operation, linkTo)),
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
  return [`Body, as JSON. ${schema.description ?? ""}`.trim(), "", ...shapeLines(schema, linkTo)];
}

function answerRows({ responses }: OperationDocument, linkTo: LinkTo): string[][] {
  return Object.entries(responses)
    .filter(([status]) => status !== "default")
    .map(([status, { description, content = {} }]) => {
      const bodies = Object.values(content).map(({ schema }) => typeText(schema, linkTo));
      return [status, description, bodies.join(", ") || "none"];
    });
}

function errorLines(operation: OperationDocument): string[] {
  const codes = PROBLEM_CODES.filter(({ of }) => of?.(operation)).map(({ code }) => `\`${code}\``);
  return codes.length === 0 ? [] : [`[Errors](#errors): ${codes.join(", ")}.`, ""];
}

function shapesLines({ components }: ApiDocument, places: readonly Place[], linkTo: LinkTo): string[] {
  const bodies = new Set(places.map(({ operation }) => bodyNameOf(operation)));
  const shapes = Object.entries(components.schemas).filter(([name]) => !bodies.has(name));
  return [
    "## Shapes",
    "",
    ...shapes.flatMap(([name, schema]) => [`### ${name}`, "", ...shapeLines(schema, linkTo)]),
  ];
}

function errorsLines(): string[] {
  const rows = PROBLEM_CODES.map(({ code, status, means }) => [`\`${code}\``, String(status), means]);
  const anywhere = PROBLEM_CODES.filter((told) => !told.of).map(({ code }) => `\`${code}\``);
  return [
    "## Errors",
    "",
    "An error is a [Problem](#problem) as `application/problem+json`. Its `code` is stable; its texts are for people.",
    `Any request may meet ${anywhere.join(", ")}.`,
    "",
    ...table(["code", "status", "means"], rows),
  ];
}
