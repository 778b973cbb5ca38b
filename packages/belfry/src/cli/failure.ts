import { CommanderError } from "commander";
import { ApiError, UnreachableError } from "../client/api-error.ts";
import { BelfryError, SettingError } from "../domain/errors.ts";
import { CommandFailure, EXIT_CODES, type ExitCode } from "./exit-code.ts";
import type { ServerAddress } from "./server-address.ts";
import { oneLine, truncate } from "./table.ts";
import { unreachableMessage } from "./unreachable.ts";

const LONGEST_VALUE = 80;

/** What to say of an error, and how to end. */
export interface FailureReport {
  exitCode: ExitCode;
  /** Empty if all has been said. */
  message: string;
}

/** What was tried, so that the message can say so. */
export interface FailureContext {
  /** What could not be done: `add`. */
  action: string;
  /** Who was called, once it is known. */
  connection?: (ServerAddress & { keySource: string }) | undefined;
}

/** Turns whatever a command threw into a message "Cannot X: Y" and an exit code. */
export function reportFailure(error: unknown, context: FailureContext): FailureReport {
  if (error instanceof CommanderError) {
    // Commander has printed the help or the fault itself.
    return { exitCode: error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage, message: "" };
  }
  if (error instanceof CommandFailure)
    return { exitCode: error.exitCode, message: named(error.message, context) };
  if (error instanceof UnreachableError)
    return { exitCode: EXIT_CODES.unreachable, message: unreachable(error, context) };
  if (error instanceof ApiError) return { exitCode: EXIT_CODES.failed, message: refusal(error, context) };
  if (error instanceof SettingError) return { exitCode: EXIT_CODES.usage, message: error.message };
  if (error instanceof BelfryError)
    return { exitCode: EXIT_CODES.failed, message: named(error.message, context) };
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: EXIT_CODES.failed, message: named(message, context) };
}

function named(message: string, { action }: FailureContext): string {
  return message === "" || message.startsWith("Cannot ") ? message : `Cannot ${action}: ${message}`;
}

function unreachable(error: UnreachableError, { connection }: FailureContext): string {
  return connection ? unreachableMessage(connection, error.cause) : error.message;
}

/** The server's refusal: each field that is wrong, or what else it said. */
function refusal(error: ApiError, context: FailureContext): string {
  if (error.status === 401 && context.connection) return refusedKey(context.action, context.connection);
  if (error.errors.length === 0) return named(reasonIn(error.detail), context);
  const [first = "", ...others] = error.errors.map(fieldFault);
  return [`Cannot ${context.action}: ${first}`, ...others.map((line) => `  also ${line}`)].join("\n");
}

/** Which server that was, where the key came from, and what to do. */
function refusedKey(
  action: string,
  { url, source, keySource }: ServerAddress & { keySource: string },
): string {
  return (
    `Cannot ${action}: the server at ${url} (${source}) refused the key from ${keySource}; ` +
    `\`belfry login ${url}\` keeps the right one, \`belfry doctor\` shows which is used`
  );
}

/** `schedule.cron "61 * * * *" is refused: minute has no "61"; allowed: five fields`. */
function fieldFault(fault: ApiError["errors"][number]): string {
  const path = fault.path.split("/").filter((part) => part !== "");
  const value = fault.value === undefined ? "" : ` ${shownValue(fault.value)}`;
  return `${path.join(".")}${value} ${fault.message}; allowed: ${fault.allowed}`;
}

function shownValue(value: unknown): string {
  return truncate(oneLine(JSON.stringify(value)), LONGEST_VALUE);
}

/** `Cannot X: Y` without what stands in front of Y. */
function reasonIn(message: string): string {
  return message.replace(/^Cannot [^:]*: /, "");
}
