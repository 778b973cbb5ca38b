import { Command, Help } from "commander";
import { VERSION } from "../config/version.ts";
import { addCommand } from "./commands/add.ts";
import { cancelCommand } from "./commands/cancel.ts";
import { configCommand } from "./commands/config.ts";
import { deliveriesCommand } from "./commands/deliveries.ts";
import { listCommand } from "./commands/list.ts";
import { previewCommand } from "./commands/preview.ts";
import { retryCommand } from "./commands/retry.ts";
import { showCommand } from "./commands/show.ts";
import { startCommand } from "./commands/start.ts";
import { tickCommand } from "./commands/tick.ts";
import type { CliContext } from "./context.ts";
import { refuseContradictions } from "./contradictions.ts";

const AFTER_HELP = `
Examples:
  belfry start                                 the API, the scheduler and the worker, until Ctrl-C
  belfry add "Stretch" --in 10s                into the inbox: shows in the terminal of the server
  belfry add "Stand-up" --cron "30 9 * * 1-5" --zone Europe/Paris --webhook https://example.com/hook
  belfry list                                  reminders, newest first
  belfry show rem_01k9yz3t5v8m6n4q2r7s1w0xab   one reminder, with what became of it

Commands talk to BELFRY_URL, else to the server at BELFRY_HOST and BELFRY_PORT, with BELFRY_KEY,
else BELFRY_ADMIN_KEY, else the key in BELFRY_DATA/admin.key. \`belfry config\` shows all settings.

Exit codes: 0 done; 1 refused by the server, or some item failed; 2 the command line or a setting is
wrong, or no command is given; 3 the server cannot be reached.`;

/** The command line of Belfry: one command for each file in \`commands/\`. */
export function createProgram(context: CliContext): Command {
  const program = new Command("belfry")
    .description("Durable reminders, delivered at the right instant.")
    .version(VERSION, "-V, --version", "show the version")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", AFTER_HELP);
  configure(program, context);
  const commands = [
    startCommand,
    tickCommand,
    addCommand,
    listCommand,
    showCommand,
    cancelCommand,
    previewCommand,
    deliveriesCommand,
    retryCommand,
    configCommand,
  ];
  for (const create of commands) program.addCommand(configure(create(context), context));
  return program;
}

/** Throws where commander would end the process, and says faults as Belfry says them. */
function configure(command: Command, { output }: CliContext): Command {
  const width = Math.min(output.width, 110);
  refuseContradictions(command);
  return command
    .exitOverride()
    .helpOption("-h, --help", "show this help")
    .configureHelp({ commandUsage: usageOf })
    .showHelpAfterError(
      `\`belfry ${command.name() === "belfry" ? "" : `${command.name()} `}--help\` has examples.`,
    )
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.printError(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, "Cannot read the command: ")),
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

/** `--help` alone is no reason to speak of options. */
function usageOf(command: Command): string {
  const usage = new Help().commandUsage(command);
  return command.options.length === 0 ? usage.replace(" [options]", "") : usage;
}
