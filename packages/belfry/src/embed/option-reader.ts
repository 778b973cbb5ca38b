import { inspect } from "node:util";
import { type Setting, shownValue } from "../config/setting.ts";
import { type InputIssue, InvalidInputError } from "../domain/errors.ts";

const LONGEST_SHOWN = 200;

/** One option as it was given: `listen.port` is `["listen", "port"]`. */
export interface Given {
  path: readonly string[];
  value: unknown;
}

/** Reads options one by one and gathers what is wrong with them, to tell all of it at once. */
export class OptionReader {
  readonly #issues: InputIssue[] = [];

  /** Notes what is wrong with an option. */
  refuse({ path, value }: Given, reason: string, allowed: string): void {
    this.#issues.push({ path, value, message: reason, allowed });
  }

  /**
   * The value of an option that is a setting too, as the setting's own parser reads it. Where it is wrong
   * the default stands in until `finish`.
   */
  setting<Value>(setting: Setting<Value>, { path, value }: Given): Value {
    if (value === undefined) return defaultOf(setting);
    const text = textOf(value);
    if (text === undefined || text === "") {
      const shown = setting.secret ? "(hidden)" : value;
      this.refuse({ path, value: shown }, text === "" ? "it is empty" : "it is not a text", setting.allowed);
      return defaultOf(setting);
    }
    const parsed = setting.parse(text);
    if (parsed.ok) return parsed.value;
    this.refuse({ path, value: shownValue(setting, text) }, parsed.reason, setting.allowed);
    return defaultOf(setting);
  }

  /** The fields of an option that is an object; each must be one of `names`. */
  object({ path, value }: Given, names: readonly string[]): Record<string, unknown> {
    const allowed = `an object with ${names.join(", ")}`;
    if (!isPlain(value)) {
      this.refuse({ path, value }, "it is not an object", allowed);
      return {};
    }
    for (const name of Object.keys(value)) {
      if (names.includes(name)) continue;
      // Its value is not told: it may be a secret under a misspelt name.
      const unknown = { path: [...path, name], value: undefined };
      this.refuse(unknown, "there is no such option", names.join(", "));
    }
    return value;
  }

  /** @throws InvalidInputError that names every option that is wrong, its value and what is allowed */
  finish(): void {
    if (this.#issues.length === 0) return;
    const lines = this.#issues.map((issue) => `\n  ${lineOf(issue)}`).join("");
    throw new InvalidInputError(`Cannot use the options: ${this.#issues.length} wrong${lines}`, this.#issues);
  }
}

function lineOf({ path, value, message, allowed }: InputIssue): string {
  const name = path.join(".") || "options";
  const shown = value === undefined ? name : `${name} = ${shownText(value)}`;
  return `${shown}: ${message}. Allowed: ${allowed}`;
}

/** Nothing of what lies inside an object. */
function shownText(value: unknown): string {
  return inspect(value, { depth: -1, maxStringLength: LONGEST_SHOWN });
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim();
  const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isList ? value.join(" ") : undefined;
}

function defaultOf<Value>(setting: Setting<Value>): Value {
  const parsed = setting.parse(setting.default);
  if (!parsed.ok) throw new Error(`Cannot use the default of ${setting.env}: ${parsed.reason}`);
  return parsed.value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
