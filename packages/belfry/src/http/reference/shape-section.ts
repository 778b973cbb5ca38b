import type { Schema } from "./api-document.ts";
import { escapeHtml, inlineHtml, tableHtml } from "./html.ts";
import type { LinkTo } from "./schema-text.ts";
import { FIELD_TITLES, shapeBlocks } from "./shape-blocks.ts";

/** What a schema holds. */
export function shapeHtml(schema: Schema, linkTo: LinkTo): string {
  return shapeBlocks(schema, linkTo)
    .map((block) =>
      block.kind === "text" ? `<p>${inlineHtml(block.text)}</p>` : tableHtml(FIELD_TITLES, block.rows),
    )
    .join("\n");
}

/** The anchor of a shape that has a section of its own. */
export function shapeAnchor(name: string): string {
  return `shape-${name}`;
}

/** One shape that several operations speak of. */
export function shapeSection(name: string, schema: Schema, linkTo: LinkTo): string {
  const anchor = shapeAnchor(name);
  return [
    `<section id="${anchor}">`,
    `<h3><a href="#${anchor}">${escapeHtml(name)}</a></h3>`,
    ...(schema.description === undefined ? [] : [`<p>${inlineHtml(schema.description)}</p>`]),
    shapeHtml(schema, linkTo),
    "</section>",
  ].join("\n");
}
