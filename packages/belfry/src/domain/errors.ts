/** One thing that is wrong with an input: where, what was given, what is allowed. */
export interface InputIssue {
  path: readonly (string | number)[];
  value: unknown;
  message: string;
  allowed: string;
}

/** What a caller can be told; each has a stable `code` and a message "Cannot X: Y". */
export class BelfryError extends Error {
  /** Stable, for programs; messages are for people and are never parsed. */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The input is wrong; `issues` names every field that is. */
export class InvalidInputError extends BelfryError {
  readonly issues: readonly InputIssue[];
  constructor(message: string, issues: readonly InputIssue[], code = "invalid_input") {
    super(code, message);
    this.issues = issues;
  }
}

/** What the caller named does not exist, or not any more. */
export class NotFoundError extends BelfryError {
  constructor(message: string) {
    super("not_found", message);
  }
}

/** The request is well-formed but does not fit the present state. */
export class ConflictError extends BelfryError {
  constructor(code: string, message: string) {
    super(code, message);
  }
}

/** A setting is wrong or missing; the process cannot start with it. */
export class SettingError extends BelfryError {
  constructor(message: string) {
    super("invalid_setting", message);
  }
}

/** This machine lacks what the work takes, such as file handles; nothing was done. */
export class ShortageError extends BelfryError {
  constructor(message: string, options?: ErrorOptions) {
    super("out_of_resources", message, options);
  }
}

/** The store cannot be used: locked, from a newer version, not a database. */
export class StoreError extends BelfryError {
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
