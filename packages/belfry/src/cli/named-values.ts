import { InvalidArgumentError } from "commander";

/** Reads `name=value` options, which may be repeated; `example` says what one looks like. */
export function collectNamed<Value>(example: string, read: (text: string) => Value) {
  return (text: string, previous: Record<string, Value> = {}): Record<string, Value> => {
    const equals = text.indexOf("=");
    if (equals < 1)
      throw new InvalidArgumentError(`Allowed: a name, an equals sign and a value: ${example}.`);
    const name = text.slice(0, equals);
    const value = read(text.slice(equals + 1));
    if (Object.hasOwn(previous, name) && previous[name] !== value)
      throw new InvalidArgumentError(`"${name}" is given twice.`);
    return { ...previous, [name]: value };
  };
}

/** A value as it is meant: a number, true, false, a text in quotes, or else the text as it stands. */
export function scalarOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  if (text !== "" && String(Number(text)) === text && Number.isFinite(Number(text))) return Number(text);
  if (!/^".*"$/s.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}
