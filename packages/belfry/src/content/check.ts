import type { Content, ContentParts, Json } from "../domain/content.ts";
import type { InputIssue } from "../domain/errors.ts";
import { createTemplates, holdsTemplate, isTemplate, type Templates } from "./liquid.ts";
import { unknownPart } from "./variables.ts";

const SYNTAX = "a text, or a template of Liquid such as {{ recipient.firstName }}";

const NO_LINKS = "links only where BELFRY_PUBLIC_URL says where they lead";

type Path = readonly (string | number)[];

/** Checks every template of a content: its syntax, its filters, and that each of its variables is known. */
export type CheckContent = (content: Content) => InputIssue[];

/** @param hasLinks whether there are links; without them a template that holds one is wrong */
export function createContentCheck({ hasLinks }: { hasLinks: boolean }): CheckContent {
  const checked = { templates: createTemplates("none"), hasLinks };
  // Most contents hold no template, and are looked through without noting where their parts are.
  return (content) => (holdsTemplate(content) ? contentIssues(checked, content) : []);
}

function contentIssues(checked: Checked, content: Content): InputIssue[] {
  return [
    ...partIssues(checked, content, ["content"]),
    ...Object.entries(content.locales ?? {}).flatMap(([locale, parts]) =>
      partIssues(checked, parts, ["content", "locales", locale]),
    ),
  ];
}

interface Checked {
  templates: Templates;
  hasLinks: boolean;
}

function partIssues(checked: Checked, { title, text, html, data }: ContentParts, path: Path): InputIssue[] {
  return [
    ...textIssues(checked, title, [...path, "title"]),
    ...textIssues(checked, text, [...path, "text"]),
    ...textIssues(checked, html, [...path, "html"]),
    ...jsonIssues(checked, data, [...path, "data"]),
  ];
}

function jsonIssues(checked: Checked, json: Json | undefined, path: Path): InputIssue[] {
  if (typeof json === "string") return textIssues(checked, json, path);
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) =>
    jsonIssues(checked, value, [...path, Array.isArray(json) ? Number(name) : name]),
  );
}

function textIssues(checked: Checked, text: string | undefined, path: Path): InputIssue[] {
  if (text === undefined || !isTemplate(text)) return [];
  try {
    return checked.templates.globals(text).flatMap(({ path: variable, line, column }): InputIssue[] => {
      const place = `in line ${line}, column ${column}`;
      if (variable[0] === "links" && !checked.hasLinks)
        return [{ path, value: variable.join("."), message: `names a link ${place}`, allowed: NO_LINKS }];
      const unknown = unknownPart(variable);
      if (!unknown) return [];
      const message = `names no variable with "${unknown.name}" ${place}`;
      return [{ path, value: unknown.name, message, allowed: unknown.allowed }];
    });
  } catch (error) {
    return [{ path, value: text, message: syntaxMessage(error), allowed: SYNTAX }];
  }
}

/** liquidjs ends its messages with the place: `tag "if" not closed, line:2, col:3`. */
function syntaxMessage(error: unknown): string {
  const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  const [, what = message, line, column] = /^(.*), line:(\d+), col:(\d+)$/.exec(message) ?? [];
  const place = line === undefined ? "" : ` in line ${line}, column ${column}`;
  return `is no template: ${what}${place}`;
}
