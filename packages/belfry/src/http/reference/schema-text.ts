import { DURATION_PATTERN } from "../schemas/field.ts";
import type { Schema } from "./api-document.ts";

/** Where the page tells of a component: the anchor of its name. */
export type LinkTo = (component: string) => string;

/** What a value may be: `[Reminder](#reminder)`, `string or null`, `array of Attempt`. */
export function typeText(schema: Schema, linkTo: LinkTo): string {
  if (schema.$ref !== undefined) return linkTo(componentOf(schema.$ref));
  if (schema.anyOf) return schema.anyOf.map((one) => typeText(one, linkTo)).join(" or ");
  if (schema.enum) return choicesText(schema.enum);
  const types = [schema.type ?? "any JSON value"].flat();
  return types.map((type) => simpleText(type, schema, linkTo)).join(" or ");
}

function choicesText(choices: readonly unknown[]): string {
  const listed = choices.map((value) => `\`${String(value)}\``).join(", ");
  return choices.length === 1 ? listed : `one of ${listed}`;
}

function simpleText(type: string, schema: Schema, linkTo: LinkTo): string {
  if (type === "array") return `array of ${typeText(schema.items ?? {}, linkTo)}`;
  if (type === "object") return objectText(schema, linkTo);
  if (type !== "string") return type;
  return schema.pattern === DURATION_PATTERN ? "duration" : (schema.format ?? type);
}

/** An object among others, in one line; its fields have no rows of their own. */
function objectText({ properties }: Schema, linkTo: LinkTo): string {
  if (!properties) return "object";
  const fields = Object.entries(properties).map(([name, field]) => `${name}: ${typeText(field, linkTo)}`);
  return `{${fields.join(", ")}}`;
}

/** The description, and whatever else is known that it does not tell already. */
export function meaningText(schema: Schema): string {
  const { description = "", default: preset, example } = schema;
  const more = [
    ...limitsOf(schema),
    ...(preset === undefined ? [] : [told(`default ${String(preset)}`)]),
    ...(example === undefined ? [] : [told(`for example \`${plain(example)}\``, plain(example))]),
  ].filter(({ mark }) => !description.includes(mark));
  return [withoutChoices(description, schema), ...more.map(({ text }) => text)]
    .filter((part) => part !== "")
    .join("; ");
}

/** @param mark by which a description is known to tell the same */
function told(text: string, mark = text): { text: string; mark: string } {
  return { text, mark };
}

function plain(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The type names the choices already. */
function withoutChoices(description: string, { enum: values = [] }: Schema): string {
  const choices = values.filter((value) => value !== null);
  const listed = `one of ${choices.join(", ")}`;
  return choices.length === 0 ? description : description.replace(`; ${listed}`, "").replace(listed, "");
}

/** A pattern is left to the document: the description says the same for people. */
function limitsOf(schema: Schema): { text: string; mark: string }[] {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems } = schema;
  return [
    ...rangeText(minLength, maxLength, " characters"),
    ...rangeText(minimum, maximum, ""),
    ...rangeText(minItems, maxItems, " items"),
  ];
}

function rangeText(least: number | undefined, most: number | undefined, unit: string) {
  if (most === undefined) return least === undefined ? [] : [told(`at least ${least}${unit}`)];
  const range = least === undefined ? `at most ${most}` : `${least} to ${most}`;
  return [told(`${range}${unit}`, ` ${most}`)];
}

export function componentOf(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}
