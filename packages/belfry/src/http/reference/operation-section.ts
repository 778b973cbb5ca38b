import type { ApiDocument } from "./api-document.ts";
import { curlText } from "./curl.ts";
import { exampleOf } from "./example.ts";
import { escapeHtml, inlineHtml, tableHtml } from "./html.ts";
import {
  ANSWER_TITLES,
  answerRows,
  bodyNameOf,
  codesOf,
  keyText,
  PARAMETER_TITLES,
  type Place,
  parameterRows,
} from "./operation-rows.ts";
import type { LinkTo } from "./schema-text.ts";
import { shapeHtml } from "./shape-section.ts";

const STREAM_TYPE = "text/event-stream";

/** One operation: what it takes, answers and refuses, and how to ask it. */
export function operationSection(place: Place, document: ApiDocument, linkTo: LinkTo): string {
  const { method, path, operation } = place;
  const { operationId, summary } = operation;
  return [
    `<section id="${operationId}">`,
    `<h3><a href="#${operationId}"><b>${method}</b> <code>${escapeHtml(path)}</code></a></h3>`,
    `<p>${inlineHtml(`${summary}. ${keyText(operation)}`)}</p>`,
    tableHtml(PARAMETER_TITLES, parameterRows(operation, linkTo)),
    bodyHtml(place, document, linkTo),
    tableHtml(ANSWER_TITLES, answerRows(operation, linkTo)),
    problemsHtml(place),
    ...examplesOf(place, document).map((example) => `<pre><code>${escapeHtml(example)}</code></pre>`),
    "</section>",
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function bodyHtml({ operation }: Place, document: ApiDocument, linkTo: LinkTo): string {
  const name = bodyNameOf(operation);
  const schema = name === undefined ? undefined : document.components.schemas[name];
  if (!schema) return "";
  const lead = operation.requestBody?.required === false ? "Body, as JSON, optional." : "Body, as JSON.";
  const text = [lead, schema.description ?? ""].join(" ").trim();
  return `<p>${inlineHtml(text)}</p>\n${shapeHtml(schema, linkTo)}`;
}

function problemsHtml({ operation }: Place): string {
  const links = codesOf(operation).map((code) => `<a href="#problem-${code}"><code>${code}</code></a>`);
  return links.length === 0 ? "" : `<p>Problems: ${links.join(", ")}.</p>`;
}

function examplesOf(place: Place, document: ApiDocument): string[] {
  const request = exampleOf(place, document);
  const isStream = Object.values(place.operation.responses).some(
    ({ content = {} }) => STREAM_TYPE in content,
  );
  return [curlText(request), ...(isStream ? [curlText(request, STREAM_TYPE)] : [])];
}
