import { Command } from "commander";
import { pathOf } from "../command-path.ts";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";

const AFTER_HELP = `
Examples:
  belfry help
  belfry help add
  belfry help endpoints add`;

/** \`belfry help\`: the same as \`--help\` behind a command. */
export function helpCommand(_context: CliContext): Command {
  const command = new Command("help");
  return command
    .description("show the help of a command")
    .argument("[command...]", "its name")
    .addHelpText("after", AFTER_HELP)
    .action((words: string[]) => showHelp(words, command));
}

async function showHelp(words: readonly string[], { parent }: Command): Promise<void> {
  let shown = parent;
  for (const word of words) shown = await commandBelow(shown, word);
  shown?.outputHelp();
}

async function commandBelow(above: Command | null, word: string): Promise<Command | null> {
  const found = above?.commands.find((one) => one.name() === word);
  if (found || !above) return found ?? null;
  // The program itself does nothing but suggest what may have been meant.
  if (!above.parent) await above.parseAsync([word], { from: "user" });
  const allowed = above.commands.map((one) => one.name()).join(", ") || "nothing";
  throw usageFailure(`no command is called "${pathOf(above)} ${word}"; allowed behind it: ${allowed}`);
}
