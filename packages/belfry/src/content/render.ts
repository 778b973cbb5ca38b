import type { Content, ContentParts, Json } from "../domain/content.ts";
import { createTemplates, holdsTemplate, isTemplate, type Templates } from "./liquid.ts";

/** What became of a content: as it is sent, or why it cannot be. */
export type Rendered = { ok: true; content: ContentParts } | { ok: false; error: string };

/** Fills in a content for one recipient; the values are asked for only where there is a place for them. */
export type RenderContent = (content: Content, values: () => object, locale: string | null) => Rendered;

/** Values stand as they are in title, text and data, and are made safe in html. */
export function createRenderer(): RenderContent {
  const plain = createTemplates("none");
  const safe = createTemplates("html");
  return (content, valuesOf, locale) => {
    const parts = variantFor(content, locale);
    if (!holdsTemplate(parts)) return { ok: true, content: parts };
    const values = valuesOf();
    try {
      return { ok: true, content: renderParts(parts, { plain, safe, values }) };
    } catch (error) {
      const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
      return { ok: false, error: `the content cannot be rendered: ${reason}` };
    }
  };
}

/** The variant of a locale, else of its language, else the content itself. */
export function variantFor(content: Content, locale: string | null): ContentParts {
  const { locales } = content;
  if (locales === undefined || locale === null) return ownParts(content);
  const wanted = locale.toLowerCase();
  const [language = wanted] = wanted.split("-");
  const entries = Object.entries(locales).map(([name, parts]) => [name.toLowerCase(), parts] as const);
  const found = entries.find(([name]) => name === wanted) ?? entries.find(([name]) => name === language);
  return found?.[1] ?? ownParts(content);
}

/** Without its variants; one that has none is passed on as it is, since all that is sent comes by here. */
function ownParts(content: Content): ContentParts {
  if (content.locales === undefined) return content;
  const { locales: _, ...parts } = content;
  return parts;
}

interface Rendering {
  plain: Templates;
  safe: Templates;
  values: object;
}

function renderParts(
  { title, text, html, data }: ContentParts,
  { plain, safe, values }: Rendering,
): ContentParts {
  const fill = (source: string): string => (isTemplate(source) ? plain.render(source, values) : source);
  return {
    ...(title === undefined ? {} : { title: fill(title) }),
    ...(text === undefined ? {} : { text: fill(text) }),
    ...(html === undefined ? {} : { html: isTemplate(html) ? safe.render(html, values) : html }),
    ...(data === undefined ? {} : { data: fillJson(data, fill) }),
  };
}

function fillJson(json: Json, fill: (source: string) => string): Json {
  if (typeof json === "string") return fill(json);
  if (Array.isArray(json)) return json.map((item) => fillJson(item, fill));
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, fillJson(value, fill)]));
}
