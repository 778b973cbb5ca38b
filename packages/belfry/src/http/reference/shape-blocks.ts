import type { Schema } from "./api-document.ts";
import { type LinkTo, meaningText, typeText } from "./schema-text.ts";

/** A field, a parameter or an answer: the cells of its row. */
export type Row = readonly string[];

/** What a schema holds is told in sentences and tables of fields; the texts are Markdown of one line. */
export type ShapeBlock = { kind: "text"; text: string } | { kind: "fields"; rows: readonly Row[] };

export const FIELD_TITLES: Row = ["field", "type", "meaning"];

/** What a schema holds: its fields, or what it is one or all of. */
export function shapeBlocks(schema: Schema, linkTo: LinkTo): ShapeBlock[] {
  if (schema.allOf) return schema.allOf.flatMap((part) => partBlocks(part, "All of", linkTo));
  if (!schema.anyOf) {
    const rows = fieldRows(schema, "", linkTo);
    return rows.length === 0 ? [] : [{ kind: "fields", rows }];
  }
  const isNamed = schema.anyOf.every(({ $ref }) => $ref !== undefined);
  if (isNamed) {
    const names = schema.anyOf.map((one) => typeText(one, linkTo));
    return [{ kind: "text", text: `One of ${names.join(", ")}.` }];
  }
  return schema.anyOf.flatMap((part, index) => partBlocks(part, index === 0 ? "Either" : "Or", linkTo));
}

function partBlocks(part: Schema, word: string, linkTo: LinkTo): ShapeBlock[] {
  if (part.$ref !== undefined) return [{ kind: "text", text: `${word} ${typeText(part, linkTo)}, and:` }];
  const lead: ShapeBlock[] = word === "All of" ? [] : [{ kind: "text", text: `${word}:` }];
  return [...lead, ...shapeBlocks(part, linkTo)];
}

function fieldRows({ properties = {}, required = [] }: Schema, prefix: string, linkTo: LinkTo): Row[] {
  return Object.entries(properties).flatMap(([name, field]): Row[] => {
    const { properties: nested, ...itself } = field;
    const presence = required.includes(name) ? "" : ", optional";
    const row = [`\`${prefix}${name}\``, `${typeText(itself, linkTo)}${presence}`, meaningText(field)];
    return nested ? [row, ...fieldRows(field, `${prefix}${name}.`, linkTo)] : [row];
  });
}
