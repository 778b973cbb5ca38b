import { type CliContext, type CliOptions, createContext } from "./context.ts";
import { EXIT_CODES, type ExitCode } from "./exit-code.ts";
import { reportFailure } from "./failure.ts";
import { createProgram } from "./program.ts";

export type { CliOptions, RoleOutput, RoleRunners } from "./context.ts";

/** Commands whose names do not fit behind "Cannot". */
const ACTIONS: Record<string, string> = {
  deliveries: "list deliveries",
  config: "show the settings",
};

/** Runs one command line and resolves with its exit code. Never rejects, never ends the process. */
export async function runCli(options: CliOptions): Promise<ExitCode> {
  const context = createContext(options);
  let action = "run";
  try {
    const program = createProgram(context);
    program.hook("preAction", (_program, command) => {
      action = ACTIONS[command.name()] ?? command.name();
    });
    await program.parseAsync([...options.argv], { from: "user" });
    return EXIT_CODES.ok;
  } catch (error) {
    return sayFailure(error, action, context);
  }
}

function sayFailure(error: unknown, action: string, context: CliContext): ExitCode {
  const { exitCode, message } = reportFailure(error, { action, keySource: context.connection?.keySource });
  if (message !== "") context.output.printError(message);
  const level = context.env.BELFRY_LOG_LEVEL;
  const wantsStack = level === "debug" || level === "trace";
  if (wantsStack && error instanceof Error && exitCode === EXIT_CODES.failed) {
    context.output.printError(error.stack ?? "");
  }
  return exitCode;
}
