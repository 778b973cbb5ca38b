import type { Schema } from "./document.ts";
import { table } from "./markdown.ts";
import { type LinkTo, meaningText, typeText } from "./schema-text.ts";

/** What a schema holds: a table of its fields, or what it is one or all of. */
export function shapeLines(schema: Schema, linkTo: LinkTo): string[] {
  if (schema.allOf) return schema.allOf.flatMap((part) => partLines(part, "All of", linkTo));
  if (!schema.anyOf) return table(["field", "type", "meaning"], fieldRows(schema, "", linkTo));
  const isNamed = schema.anyOf.every(({ $ref }) => $ref !== undefined);
  if (isNamed) return [`One of ${schema.anyOf.map((one) => typeText(one, linkTo)).join(", ")}.`, ""];
  return schema.anyOf.flatMap((part, index) => partLines(part, index === 0 ? "Either" : "Or", linkTo));
}

function partLines(part: Schema, word: string, linkTo: LinkTo): string[] {
  if (part.$ref !== undefined) return [`${word} ${typeText(part, linkTo)}, and:`, ""];
  return [...(word === "All of" ? [] : [`${word}:`, ""]), ...shapeLines(part, linkTo)];
}

function fieldRows({ properties = {}, required = [] }: Schema, prefix: string, linkTo: LinkTo): string[][] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const { properties: nested, ...itself } = field;
    const presence = required.includes(name) ? "" : ", optional";
    const row = [`\`${prefix}${name}\``, `${typeText(itself, linkTo)}${presence}`, meaningText(field)];
    return nested ? [row, ...fieldRows(field, `${prefix}${name}.`, linkTo)] : [row];
  });
}
