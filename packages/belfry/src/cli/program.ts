import { Command, Help, type Option } from "commander";
import { VERSION } from "../config/version.ts";
import type { CommandEntry, Reach } from "./command-group.ts";
import { COMMAND_GROUPS } from "./command-groups.ts";
import { pathOf } from "./command-path.ts";
import type { CliContext } from "./context.ts";
import { refuseContradictions } from "./contradictions.ts";
import { closingHelp, fillParagraphs } from "./help-text.ts";
import type { ServerChoice } from "./server-address.ts";

const AFTER_HELP = `
Examples:
  belfry start                                 the API, the scheduler and the worker, until Ctrl-C
  belfry add "Stretch" --in 10s                into the inbox: shows in the terminal of the server
  belfry add "Stand-up" --cron "30 9 * * 1-5" --zone Europe/Paris --webhook https://example.com/hook
  belfry list                                  reminders, newest first
  belfry show rem_01k9yz3t5v8m6n4q2r7s1w0xab   one reminder, with what became of it
  belfry help add                              all that a command takes, with examples

Which server: --server, else BELFRY_URL, else the one that \`belfry login\` has stored, else the one of this
machine, whose key lies in its data folder. \`belfry doctor\` says which that is, and what is wrong.

Settings are environment variables (BELFRY_PORT, BELFRY_DATA, …): \`belfry config\` lists all with their
values. Stored servers are in ~/.config/belfry/config.json.

Exit codes: 0 done; 1 refused by the server, or some item failed; 2 the command line or a setting is
wrong, or no command is given; 3 the server cannot be reached.`;

/** What a fault of the command line begins with. */
const FAULT = "Cannot read the command: ";
/** Characters in a line of help, however wide the terminal. */
const WIDEST = 110;
/** The options that say which server; they may stand anywhere. */
const SERVER_OPTIONS: readonly string[] = ["server", "key-file"];

/** These tell of all the others. */
const NEED_ALL: readonly string[] = ["help", "completion"];

/**
 * The command line of Belfry: one command for each file in `commands/`.
 *
 * @param first the first word of what is to be read: if it names a command, that one alone is there
 */
export async function createProgram(context: CliContext, first?: string): Promise<Command> {
  const program = new Command("belfry")
    .description("Durable reminders, delivered at the right instant.")
    .version(VERSION, "-V, --version", "show the version")
    .option("--server <name or URL>", "the server to talk to: one of `belfry servers`, local, or a URL")
    .option("--key-file <path>", "a file that holds the key to send")
    .helpCommand(false)
    .addHelpText("after", AFTER_HELP);
  configure(program, "machine", context);
  program.hook("preAction", (_program, command) => {
    context.choice = program.opts();
    refuseServer(context.choice, command);
  });
  const loaded = entriesFor(first).map(async (one) => ({ ...one, create: await one.entry.load() }));
  for (const { title, entry, create } of await Promise.all(loaded)) {
    const command = create(context).helpGroup(title);
    program.addCommand(command);
    configureAll(command, entry, context);
  }
  return program;
}

function entriesFor(first: string | undefined): { title: string; entry: CommandEntry }[] {
  const all = COMMAND_GROUPS.flatMap(({ title, entries }) => entries.map((entry) => ({ title, entry })));
  const named = all.filter(({ entry }) => entry.name === first && !NEED_ALL.includes(entry.name));
  return named.length > 0 ? named : all;
}

/** A command and those below it. */
function configureAll(command: Command, entry: CommandEntry, context: CliContext): void {
  for (const below of command.commands) configureAll(below, entry, context);
  configure(command, entry.reach, context).addHelpText("after", closingHelp(entry));
}

/** Throws where commander would end the process, and says faults as Belfry says them. */
function configure(command: Command, reach: Reach, { output }: CliContext): Command {
  const width = Math.min(output.width, WIDEST);
  const fill = (text: string): string =>
    text.startsWith(FAULT) ? text.trimEnd() : fillParagraphs(text.trimEnd(), width);
  refuseContradictions(command);
  return command
    .exitOverride()
    .helpOption("-h, --help", "show this help")
    .configureHelp({
      commandUsage: usageOf,
      showGlobalOptions: true,
      visibleGlobalOptions: (one) => (reach === "server" || reach === "doctor" ? serverOptionsOf(one) : []),
    })
    .showHelpAfterError(`\`${`belfry ${pathOf(command)}`.trim()} --help\` has examples.`)
    .configureOutput({
      writeOut: (text) => output.print(fill(text)),
      writeErr: (text) => output.printError(fill(text)),
      outputError: (text, write) => write(text.replace(/^error: /, FAULT)),
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

/** Where no server is called, naming one is more likely a slip. */
function refuseServer(choice: ServerChoice, command: Command): void {
  const [given] = serverOptionsOf(command).filter((option) => option.attributeName() in choice);
  const takesIt = command.createHelp().visibleGlobalOptions(command).length > 0;
  if (given && !takesIt)
    command.error(`error: 'belfry ${pathOf(command)}' talks to no server, so it takes no ${given.long}`);
}

function serverOptionsOf(command: Command): Option[] {
  if (command.parent) return serverOptionsOf(command.parent);
  return command.options.filter((option) => SERVER_OPTIONS.includes(option.name()));
}
