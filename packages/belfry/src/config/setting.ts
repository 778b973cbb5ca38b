/** What became of a text: the value, or what is wrong with it. A reason never repeats a secret. */
export type Parsed<Value> = { ok: true; value: Value } | { ok: false; reason: string };

/** One setting, as data: from here come its parsing, its row in `belfry config` and its documentation. */
export interface Setting<Value> {
  /** The environment variable: `BELFRY_PORT`. */
  env: string;
  /** What it is for; a sentence without a full stop. */
  description: string;
  /** Which values are right, in words. */
  allowed: string;
  /** What holds when the variable is not set or empty, as one would write it. */
  default: string;
  /** Says the default where its text alone would not: an empty one. */
  defaultWords?: string;
  /** True for values that no output may show. */
  secret?: true;
  /** Reads the text; also given the default, which it must take. */
  parse(text: string): Parsed<Value>;
}

/** A value that may be absent: an empty text is undefined. */
export function optional<Value>(
  parse: (text: string) => Parsed<Value>,
): (text: string) => Parsed<Value | undefined> {
  return (text) => (text === "" ? { ok: true, value: undefined } : parse(text));
}

/** What may be shown of a value: the value, or for a secret only how long it is. */
export function shownValue(setting: { secret?: true }, text: string): string {
  if (!setting.secret || text === "") return text;
  return `(hidden, ${text.length} characters)`;
}
