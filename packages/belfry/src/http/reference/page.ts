import { PROBLEMS } from "../problem-codes.ts";
import type { ApiDocument } from "./api-document.ts";
import { escapeHtml, inlineHtml, tableHtml } from "./html.ts";
import { ANYWHERE, bodyNameOf, EVERYWHERE, LIMITS, type Place, placesOf } from "./operation-rows.ts";
import { operationSection } from "./operation-section.ts";
import type { LinkTo } from "./schema-text.ts";
import { shapeAnchor, shapeSection } from "./shape-section.ts";
import { STYLE } from "./style.ts";

/** The document as one page for people: no scripts, and nothing from elsewhere. */
export function renderReferencePage(document: ApiDocument): string {
  const places = placesOf(document);
  const linkTo = linksOf(places);
  const { title, version, description } = document.info;
  return [
    "<!doctype html>",
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(`${title} API`)}</title>`,
    `<style>${STYLE}</style></head>`,
    "<body>",
    `<header><h1>${escapeHtml(title)} <small>${escapeHtml(version)}</small></h1>`,
    `<p>${inlineHtml(description)}</p>`,
    '<p>The same for programs: <a href="/openapi.json">openapi.json</a>.</p></header>',
    contentsHtml(document, places),
    "<main>",
    ...document.tags.map((tag) => tagSection({ tag, document, places, linkTo })),
    shapesSection(document, places, linkTo),
    headersSection(document),
    problemsSection(),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** A body stands with the operation that takes it, every other shape under its own name. */
function linksOf(places: readonly Place[]): LinkTo {
  const bodies = new Map(places.map(({ operation }) => [bodyNameOf(operation), operation.operationId]));
  return (name) => `[${name}](#${bodies.get(name) ?? shapeAnchor(name)})`;
}

function contentsHtml({ tags }: ApiDocument, places: readonly Place[]): string {
  const groups = tags.map(({ name }) => {
    const items = placesIn(name, places).map(
      ({ method, path, operation }) =>
        `<li><a href="#${operation.operationId}"><b>${method}</b> <code>${escapeHtml(path)}</code></a> ` +
        `${inlineHtml(operation.summary)}</li>`,
    );
    return `<h2>${titled(name)}</h2>\n<ul>\n${items.join("\n")}\n</ul>`;
  });
  const rest = ["shapes", "headers", "problems"].map((name) => `<a href="#${name}">${titled(name)}</a>`);
  return `<nav aria-label="Contents">\n${groups.join("\n")}\n<p>${rest.join(", ")}</p>\n</nav>`;
}

function placesIn(tag: string, places: readonly Place[]): Place[] {
  return places.filter(({ operation }) => operation.tags.includes(tag));
}

interface TagParts {
  tag: ApiDocument["tags"][number];
  document: ApiDocument;
  places: readonly Place[];
  linkTo: LinkTo;
}

function tagSection({ tag, document, places, linkTo }: TagParts): string {
  const sections = placesIn(tag.name, places).map((place) => operationSection(place, document, linkTo));
  return [
    `<h2 id="tag-${tag.name}">${titled(tag.name)}</h2>`,
    `<p>${inlineHtml(tag.description)}</p>`,
    ...sections,
  ].join("\n");
}

function shapesSection({ components }: ApiDocument, places: readonly Place[], linkTo: LinkTo): string {
  const bodies = new Set(places.map(({ operation }) => bodyNameOf(operation)));
  const shapes = Object.entries(components.schemas).filter(([name]) => !bodies.has(name));
  const sections = shapes.map(([name, schema]) => shapeSection(name, schema, linkTo));
  return [`<h2 id="shapes">Shapes</h2>`, ...sections].join("\n");
}

function headersSection({ components }: ApiDocument): string {
  const rows = Object.entries(components.headers).map(([name, { description }]) => [
    `\`${name}\``,
    description,
  ]);
  const limits = LIMITS.map((name) => `\`${name}\``).join(" and ");
  const lead = `Every answer bears \`${EVERYWHERE}\`, and every answer to a key with a limit ${limits}.`;
  return [
    '<h2 id="headers">Headers of answers</h2>',
    `<p>${inlineHtml(lead)}</p>`,
    tableHtml(["header", "holds"], rows),
  ].join("\n");
}

function problemsSection(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, means }]) =>
      `<tr id="problem-${code}"><td><code>${code}</code></td><td>${status}</td><td>${inlineHtml(means)}</td></tr>`,
  );
  const anywhere = ANYWHERE.map((code) => `\`${code}\``).join(", ");
  return [
    '<h2 id="problems">Problems</h2>',
    `<p>${inlineHtml(`The \`code\` of a problem is stable; its texts are for people. Any request may meet ${anywhere}.`)}</p>`,
    '<table><thead><tr><th scope="col">code</th><th scope="col">status</th><th scope="col">means</th></tr></thead>',
    `<tbody>${rows.join("\n")}</tbody></table>`,
  ].join("\n");
}

function titled(name: string): string {
  return escapeHtml(`${name.charAt(0).toUpperCase()}${name.slice(1)}`);
}
