import type { Command, Option } from "commander";

/** A command as a shell completes it. */
export interface CompletionNode {
  /** The words that lead to it: none for the program, then `endpoints`, `add`. */
  path: readonly string[];
  description: string;
  options: readonly CompletionOption[];
  /** What its argument may be, where that is a choice. */
  words: readonly string[];
  /** Whether its argument is a file. */
  takesFile: boolean;
  below: readonly CompletionNode[];
}

/** An option as a shell completes it. */
export interface CompletionOption {
  /** `--limit`, and the short form if it has one. */
  flags: readonly string[];
  description: string;
  /** What its value is; undefined for a switch. */
  value?: OptionValue;
}

/** Words to choose from, a file, or something that only a person knows. */
export type OptionValue = { kind: "choice"; words: readonly string[] } | { kind: "file" } | { kind: "free" };

/** The tree of commands, made from the program itself, so that nothing is forgotten. */
export function completionTree(program: Command): CompletionNode {
  return nodeOf(program, []);
}

function nodeOf(command: Command, path: readonly string[]): CompletionNode {
  const below = command.commands.map((one) => nodeOf(one, [...path, one.name()]));
  // A command with others below it does the first of them when it stands alone.
  const [first] = path.length > 0 ? below : [];
  const shared = command.createHelp().visibleGlobalOptions(command);
  const own = [...command.options, ...shared].map(optionOf);
  const options = [...own, ...(first?.options ?? []), HELP];
  return {
    path,
    description: command.description(),
    options: options.filter((option, index) => indexOfFlag(options, option) === index),
    words: wordsOf(command),
    takesFile: command.registeredArguments.some((argument) => argument.name() === "file"),
    below,
  };
}

/** Choices of the argument; `belfry help` takes the name of any command. */
function wordsOf(command: Command): readonly string[] {
  if (command.parent && command.name() === "help") return command.parent.commands.map((one) => one.name());
  return command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
}

const HELP: CompletionOption = { flags: ["--help", "-h"], description: "show this help" };

function indexOfFlag(options: readonly CompletionOption[], { flags }: CompletionOption): number {
  return options.findIndex((other) => other.flags[0] === flags[0]);
}

function optionOf(option: Option): CompletionOption {
  const flags = [option.long, option.short].filter((flag) => typeof flag === "string");
  const { description } = option;
  return option.required || option.optional
    ? { flags, description, value: kindOf(option) }
    : { flags, description };
}

function kindOf({ argChoices, flags }: Option): OptionValue {
  if (argChoices) return { kind: "choice", words: argChoices };
  return flags.includes("<path>") ? { kind: "file" } : { kind: "free" };
}

/** A node and all below it, the node itself first. */
export function allNodes(node: CompletionNode): CompletionNode[] {
  return [node, ...node.below.flatMap(allNodes)];
}
