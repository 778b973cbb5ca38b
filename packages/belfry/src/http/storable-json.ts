import type { InputIssue } from "../domain/errors.ts";
import { invalidInput } from "./input.ts";

type Path = readonly (string | number)[];

const TEXT_MESSAGE = "holds a NUL character or half of a surrogate pair";
const TEXT_ALLOWED = "Unicode text without NUL";

/** Every part of a JSON value, names included, that is not kept as it was said: JSON can say more than stores do. */
export function unstorableParts(value: unknown): InputIssue[] {
  // Hardly any request holds one, so most are looked through without noting where they are.
  return isStorable(value) ? [] : issuesIn(value, []);
}

/** @throws InvalidInputError that names every part which cannot be stored */
export function requireStorable(value: unknown, what: string): void {
  const issues = unstorableParts(value);
  if (issues.length > 0) throw invalidInput(what, issues);
}

function isStorable(value: unknown): boolean {
  if (typeof value === "string") return isStorableText(value);
  // The parser makes infinity of 1e999, and null is what would be stored of that.
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  const parts = value as Record<string, unknown>;
  for (const name in parts) {
    if (!isStorableText(name) || !isStorable(parts[name])) return false;
  }
  return true;
}

function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}

function issuesIn(value: unknown, path: Path): InputIssue[] {
  if (typeof value !== "object" || value === null) return isStorable(value) ? [] : [issueAt(path, value)];
  return childrenOf(value).flatMap(([name, child]) => {
    const at = [...path, name];
    return [...(isStorable(name) ? [] : [issueAt(at, name)]), ...issuesIn(child, at)];
  });
}

function childrenOf(value: object): [name: string | number, child: unknown][] {
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value);
}

function issueAt(path: Path, value: unknown): InputIssue {
  if (typeof value !== "number") return { path, value, message: TEXT_MESSAGE, allowed: TEXT_ALLOWED };
  const allowed = `a number of at most ${Number.MAX_VALUE}, above or below zero`;
  return { path, value, message: "is beyond the numbers that there are", allowed };
}
