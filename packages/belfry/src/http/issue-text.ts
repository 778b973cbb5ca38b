import type { InputIssue } from "../domain/errors.ts";

/** How a message begins that can be read behind the name of its field. */
const PREDICATE = /^(?:is|are|has|have|does|holds|names|stands|changes|cannot|never)\b/;

/**
 * What is wrong, as said of the field: `is too short`. Those who find faults do not all speak alike: a rule
 * of time begins with the name of the field or its value, an address with "Cannot use this URL".
 */
export function predicateOf({ path, value, message }: InputIssue): string {
  let rest = message.replace(/^Cannot .*?: /, "").replace(/^it /, "");
  for (const name of namesOf(path, value)) {
    if (rest.startsWith(`${name} `)) rest = rest.slice(name.length + 1);
  }
  return PREDICATE.test(rest) ? rest : `is refused: ${rest}`;
}

/** "Cannot X: Y", where Y is the first of the issues and how many more there are. */
export function detailOf(message: string, issues: readonly InputIssue[]): string {
  const [first, ...others] = issues;
  const end = message.indexOf(": ");
  if (!first || end === -1) return message;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return `${message.slice(0, end)}: ${first.path.join(".") || "it"} ${predicateOf(first)}${more}`;
}

/** The field by the whole path and by every end of it, longest first; then its value. */
function namesOf(path: InputIssue["path"], value: unknown): string[] {
  const ends = path.map((_, index) => path.slice(index).join("."));
  const field = String(path.at(-1) ?? "");
  const named = [...ends, `"${field}"`].filter((name) => name !== "" && name !== '""');
  return typeof value === "string" ? [...named, `"${value}"`, value].filter((name) => name !== "") : named;
}
