/** How a command ended, for scripts. */
export const EXIT_CODES = {
  /** All that was asked for is done. */
  ok: 0,
  /** The server refused, or some of several items failed. */
  failed: 1,
  /** The command line or a setting is wrong; nothing was done. */
  usage: 2,
  /** No server answers. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** Ends a command with an exit code, and with a message unless all has been said. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message = "") {
    super(message);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
  }
}

/** The command line is wrong, in a way that only shows once all of it is read. */
export function usageFailure(message: string): CommandFailure {
  return new CommandFailure(EXIT_CODES.usage, message);
}
