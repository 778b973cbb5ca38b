import type { InputIssue } from "../errors.ts";

/** What was read, or all that is wrong with it. */
export type Reading<Value> = { ok: true; value: Value } | { ok: false; issues: InputIssue[] };

/** One thing that is wrong. */
export interface Wrong {
  /** Read behind the name of the field: `is not a text`. */
  message: string;
  allowed: string;
}

/** A form that a text has or has not. */
export type TextForm = (text: string) => { ok: true; value: string } | ({ ok: false } & Wrong);

export function read<Value>(value: Value): Reading<Value> {
  return { ok: true, value };
}

export function refused<Value>(
  path: InputIssue["path"],
  value: unknown,
  { message, allowed }: Wrong,
): Reading<Value> {
  return { ok: false, issues: [{ path, value, message, allowed }] };
}

/** Several parts of one whole: all of them, or all that is wrong. */
export function readAll<Value>(readings: readonly Reading<Value>[]): Reading<Value[]> {
  const issues = readings.flatMap((one) => (one.ok ? [] : one.issues));
  if (issues.length > 0) return { ok: false, issues };
  return read(readings.flatMap((one) => (one.ok ? [one.value] : [])));
}

/** The entries of a JSON object; null for anything else. */
export function entriesOf(value: unknown): [name: string, value: unknown][] | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return Object.entries(value);
}

/** In characters, as JSON Schema counts them: a pair of surrogates is one. */
export function isLongerThan(most: number, text: string): boolean {
  return text.length > most && Array.from(text).length > most;
}

/** Whether a text holds a character that no screen shows, such as a line feed. */
export function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
