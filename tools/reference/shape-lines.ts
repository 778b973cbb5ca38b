import type { Schema } from "../../packages/belfry/src/http/reference/api-document.ts";
import type { LinkTo } from "../../packages/belfry/src/http/reference/schema-text.ts";
import { FIELD_TITLES, shapeBlocks } from "../../packages/belfry/src/http/reference/shape-blocks.ts";
import { table } from "./markdown.ts";

/** What a schema holds: a table of its fields, or what it is one or all of. */
export function shapeLines(schema: Schema, linkTo: LinkTo): string[] {
  return shapeBlocks(schema, linkTo).flatMap((block) =>
    block.kind === "text" ? [block.text, ""] : table(FIELD_TITLES, block.rows),
  );
}
