import type { Command } from "commander";
import { pathOf } from "./command-path.ts";
import { type CliContext, type CliOptions, createContext } from "./context.ts";
import { EXIT_CODES, type ExitCode } from "./exit-code.ts";
import { reportFailure } from "./failure.ts";
import { createProgram } from "./program.ts";

export type { CliOptions, RoleOutput, RoleRunners } from "./context.ts";

/** Commands whose names do not fit behind "Cannot". */
const ACTIONS: Record<string, string> = {
  deliveries: "list deliveries",
  config: "show the settings",
  doctor: "examine",
  completion: "print the script",
  help: "show the help",
  "endpoints list": "list endpoints",
  "endpoints add": "add the endpoint",
  "endpoints show": "show the endpoint",
  "endpoints edit": "edit the endpoint",
  "endpoints remove": "remove the endpoint",
  inbox: "list the inbox",
  stats: "show how it goes",
  "keys list": "list keys",
  "keys create": "create the key",
  "keys current": "show the key",
  "tenants list": "list tenants",
  "tenants create": "create the tenant",
  "tenants show": "show the tenant",
  login: "log in",
  logout: "log out",
  "servers list": "list the servers",
  "servers use": "use the server",
};

/** `add`, or what stands for it behind "Cannot". */
function actionOf(command: Command): string {
  const name = pathOf(command);
  return ACTIONS[name] ?? name;
}

/** Runs one command line and resolves with its exit code. Never rejects, never ends the process. */
export async function runCli(options: CliOptions): Promise<ExitCode> {
  const context = createContext(options);
  let action = "run";
  try {
    const program = await createProgram(context, options.argv[0]);
    program.hook("preAction", (_program, command) => {
      action = actionOf(command);
    });
    await program.parseAsync([...options.argv], { from: "user" });
    return EXIT_CODES.ok;
  } catch (error) {
    return sayFailure(error, action, context);
  }
}

function sayFailure(error: unknown, action: string, context: CliContext): ExitCode {
  const { exitCode, message } = reportFailure(error, { action, connection: context.connection });
  if (message !== "") context.output.printError(message);
  const level = context.env.BELFRY_LOG_LEVEL;
  const wantsStack = level === "debug" || level === "trace";
  if (wantsStack && error instanceof Error && exitCode === EXIT_CODES.failed) {
    context.output.printError(error.stack ?? "");
  }
  return exitCode;
}
