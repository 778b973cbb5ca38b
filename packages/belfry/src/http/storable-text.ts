import type { InputIssue } from "../domain/errors.ts";
import { invalidInput } from "./input.ts";

type Path = readonly (string | number)[];

const MESSAGE = "holds a NUL character or half of a surrogate pair";
const ALLOWED = "Unicode text without NUL";

/** Every text inside a JSON value, names included, that databases do not keep: JSON can say more than they. */
export function unstorableTexts(value: unknown): InputIssue[] {
  // Hardly any request holds one, so most are looked through without noting where they are.
  return isStorable(value) ? [] : issuesIn(value, []);
}

/** @throws InvalidInputError that names every text which cannot be stored */
export function requireStorable(value: unknown, what: string): void {
  const issues = unstorableTexts(value);
  if (issues.length > 0) throw invalidInput(what, issues);
}

function isStorable(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\u0000");
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  return Object.entries(value).every(([name, child]) => isStorable(name) && isStorable(child));
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
  return { path, value, message: MESSAGE, allowed: ALLOWED };
}
