import { z } from "@hono/zod-openapi";
import { type InputIssue, InvalidInputError } from "../domain/errors.ts";
import { allowedOf } from "./schemas/field.ts";

/** An input whose shape is right, or every field that is wrong, what it held and what it may hold. */
export type CheckedInput<Output> = { ok: true; data: Output } | { ok: false; issues: readonly InputIssue[] };

/** Checks the shape of an input. */
export function checkInput<Output>(schema: z.ZodType<Output>, input: unknown): CheckedInput<Output> {
  const result = schema.safeParse(input);
  if (result.success) return { ok: true, data: result.data };
  const issues = result.error.issues.flatMap((issue) => issuesOf(schema, input, issue));
  return { ok: false, issues: firstOfEachPath(issues) };
}

/**
 * Reads an input by its shape.
 *
 * @param what completes "Cannot read …"
 * @throws InvalidInputError naming every field that is wrong, what it held and what it may hold
 */
export function parseInput<Output>(schema: z.ZodType<Output>, input: unknown, what: string): Output {
  const checked = checkInput(schema, input);
  if (checked.ok) return checked.data;
  throw invalidInput(what, checked.issues);
}

/** An InvalidInputError whose message tells the first of its issues; by default of the code `invalid_input`. */
export function invalidInput(what: string, issues: readonly InputIssue[], code?: string): InvalidInputError {
  const [first] = issues;
  const told = first ? `${first.path.join(".") || "it"} ${first.message}` : "it is not right";
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new InvalidInputError(`Cannot read ${what}: ${told}${more}`, issues, code);
}

/** zod measures also what has the wrong type; once told of that, nobody needs to hear of its length. */
function firstOfEachPath(issues: readonly InputIssue[]): InputIssue[] {
  const paths = new Set<string>();
  return issues.filter(({ path }) => {
    const key = JSON.stringify(path);
    return !paths.has(key) && paths.add(key);
  });
}

type Path = readonly (string | number)[];

function issuesOf(schema: z.ZodType, input: unknown, issue: z.core.$ZodIssue): InputIssue[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  const found = schemaAt(schema, path);
  const value = valueAt(input, path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownField([...path, key], input, found));
  return [{ path, value, message: messageOf(issue, value), allowed: allowedIn(found) }];
}

function unknownField(path: Path, input: unknown, parent: z.core.$ZodType | undefined): InputIssue {
  const holder = parent && bare(parent);
  const names = holder instanceof z.ZodObject ? Object.keys(holder.shape) : [];
  return {
    path,
    value: valueAt(input, path),
    message: "is not a known field",
    allowed: names.length === 0 ? "no field at all" : `only ${names.join(", ")}`,
  };
}

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `is not of the type ${issue.expected === "int" ? "whole number" : issue.expected}`;
    case "too_small":
      return issue.origin === "number" || issue.origin === "int" ? "is too small" : "is too short";
    case "too_big":
      return issue.origin === "number" || issue.origin === "int" ? "is too large" : "is too long";
    case "invalid_value":
      return "is not one of the values allowed";
    default:
      return "does not have the right form";
  }
}

/** Steps from a schema to the one of a field inside it, through what wraps them. */
function schemaAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType | undefined {
  let at: z.core.$ZodType | undefined = schema;
  for (const part of path) {
    const holder: z.core.$ZodType | undefined = at && bare(at);
    if (holder instanceof z.ZodObject) at = holder.shape[part];
    else if (holder instanceof z.ZodArray) at = holder.element;
    else return undefined;
  }
  return at && unwrapped(at);
}

/** What a schema is inside, whatever its wrappers say of it. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? bare(schema.unwrap()) : schema;
}

/** Down to what tells what is allowed. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional && allowedOf(schema) === undefined
    ? unwrapped(schema.unwrap())
    : schema;
}

function allowedIn(schema: z.core.$ZodType | undefined): string {
  if (!schema) return "see /openapi.json";
  const told = allowedOf(schema);
  if (told !== undefined) return told;
  if (!(schema instanceof z.ZodObject)) return "any JSON value";
  const names = Object.keys(schema.shape);
  return names.length === 0 ? "no body, or {}" : `a JSON object with ${names.join(", ")}`;
}

function valueAt(input: unknown, path: Path): unknown {
  let at = input;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string | number, unknown>)[part];
  }
  return at;
}
