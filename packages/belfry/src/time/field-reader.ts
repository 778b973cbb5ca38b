import { ScheduleError, type ScheduleErrorCode, type ScheduleIssue } from "./schedule-error.ts";

type Path = (string | number)[];

/** The longest text that is looked at. */
export const MAX_TEXT = 4096;

/** A value as it may stand in an issue: long texts are cut. */
function shown(value: unknown): unknown {
  return typeof value === "string" && value.length > 200 ? `${value.slice(0, 200)}...` : value;
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads the fields of an object and gathers what is wrong with them, to be thrown together. */
export class FieldReader {
  readonly #fields: Record<string, unknown>;
  readonly #path: Path;
  readonly #issues: ScheduleIssue[];
  #code: ScheduleErrorCode = "invalid_schedule";

  constructor(fields: Record<string, unknown>, path: Path = []) {
    this.#fields = fields;
    this.#path = path;
    this.#issues = [];
  }

  /** Whether a field is given; `undefined` counts as left out. */
  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name) && this.#fields[name] !== undefined;
  }

  get(name: string): unknown {
    return this.has(name) ? this.#fields[name] : undefined;
  }

  refuse(name: Path | string, value: unknown, message: string, allowed: string): void {
    const path = [...this.#path, ...(typeof name === "string" ? [name] : name)];
    this.#issues.push({ path, value: shown(value), message, allowed });
  }

  /** Names every field that is not in the list. */
  allowOnly(names: readonly string[]): void {
    for (const name of Object.keys(this.#fields)) {
      if (names.includes(name) || !this.has(name)) continue;
      const field = name.slice(0, 200);
      this.refuse(field, this.#fields[name], `"${field}" is not a field here`, `only ${names.join(", ")}`);
    }
  }

  /** A text that `accepts` takes, or undefined after an issue. `undefined` without one when it is left out. */
  text(name: string, allowed: string, accepts: (text: string) => unknown): string | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    return this.checkText([name], value, allowed, accepts) ? String(value) : undefined;
  }

  /** Whether a value is a text that `accepts` takes: it gives null or false for one that it does not. */
  checkText(path: Path, value: unknown, allowed: string, accepts: (text: string) => unknown): boolean {
    if (typeof value !== "string") {
      this.refuse(path, value, `${path.join(".")} is not a text`, allowed);
    } else if (value.length > MAX_TEXT) {
      this.refuse(path, value, `${path.join(".")} has more than ${MAX_TEXT} characters`, allowed);
    } else {
      const result = this.attempt(() => accepts(value));
      if (result === undefined) return false;
      if (result !== null && result !== false) return true;
      this.refuse(path, value, `${path.join(".")} "${shown(value)}" cannot be read`, allowed);
    }
    return false;
  }

  /** Runs a reader and gathers the issues of a ScheduleError that it throws; undefined then. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error;
      if (this.#issues.length === 0) this.#code = error.code;
      for (const { path, value, message, allowed } of error.issues)
        this.refuse(path, value, message, allowed);
      return undefined;
    }
  }

  /** Throws what was gathered, if anything. */
  finish(): void {
    if (this.#issues.length > 0) throw new ScheduleError(this.#code, this.#issues);
  }
}
