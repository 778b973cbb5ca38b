import { HttpProblem } from "./http-problem.ts";

/** Deeper bodies are refused: every later step that walks a value may then recurse. */
const MAX_DEPTH = 64;
/** Longer texts are not searched for the place of an error: each step of the search parses them again. */
const MAX_SEARCHED = 64 * 1024;

/**
 * Parses JSON. Its errors name the place and never quote the text, which may hold secrets.
 *
 * @throws HttpProblem 400 `invalid_json`
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalidJson(`is not JSON${placeOf(text, error)}`);
  }
  if (isWithin(value, MAX_DEPTH)) return value;
  throw invalidJson(`is nested more than ${MAX_DEPTH} levels deep`);
}

function invalidJson(what: string): HttpProblem {
  return new HttpProblem({ status: 400, code: "invalid_json", message: `Cannot read the body: it ${what}` });
}

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((child) => isWithin(child, depth - 1));
  const parts = value as Record<string, unknown>;
  for (const name in parts) if (!isWithin(parts[name], depth - 1)) return false;
  return true;
}

function placeOf(text: string, error: unknown): string {
  const position = toldPosition(error) ?? searchedPosition(text);
  if (position === undefined) return "";
  const before = text.slice(0, position).split("\n");
  return ` from line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} (position ${position})`;
}

/** V8 tells the position of most errors, but not of an unexpected token. */
function toldPosition(error: unknown): number | undefined {
  const told = error instanceof Error ? / at position (\d+)/.exec(error.message)?.[1] : undefined;
  return told === undefined ? undefined : Number(told);
}

/** Halves the text until it has the longest beginning that could still become JSON. */
function searchedPosition(text: string): number | undefined {
  if (text.length > MAX_SEARCHED) return undefined;
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (couldBecomeJson(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function couldBecomeJson(start: string): boolean {
  try {
    JSON.parse(start);
    return true;
  } catch (error) {
    const position = toldPosition(error);
    return position === undefined ? String(error).includes("end of JSON input") : position >= start.length;
  }
}
