import { Argument, Command } from "commander";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { completionTree } from "../completion/tree.ts";
import { zshScript } from "../completion/zsh.ts";
import type { CliContext } from "../context.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

const AFTER_HELP = `
Prints a script that teaches the shell the commands, their options and the choices of these. Load it
where the shell starts; it is made anew each time, so it knows the Belfry that is installed.

Examples:
  belfry completion bash                the script, to look at
  source <(belfry completion bash)      in ~/.bashrc
  source <(belfry completion zsh)       in ~/.zshrc, below compinit
  belfry completion fish > ~/.config/fish/completions/belfry.fish`;

/** \`belfry completion\`: what makes a shell complete Belfry's commands. */
export function completionCommand(context: CliContext): Command {
  const command = new Command("completion");
  return command
    .description("print a script that completes commands in your shell")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", AFTER_HELP)
    .action((shell: keyof typeof SCRIPTS) => {
      if (command.parent) context.output.print(SCRIPTS[shell](completionTree(command.parent)).trimEnd());
    });
}
