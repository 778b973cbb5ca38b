import { allNodes, type CompletionNode, type CompletionOption } from "./tree.ts";

/** The script for fish: a line for each thing that can be offered, with the command that it belongs to. */
export function fishScript(tree: CompletionNode): string {
  const nodes = allNodes(tree);
  const options = nodes.flatMap((node) => node.options.filter(({ value }) => value));
  const withValue = [...new Set(options.flatMap(({ flags }) => flags))];
  return `# Completes belfry in fish: belfry completion fish | source
# The words that are there already, without options and their values.
function __belfry_words
    set -l takes_value 0
    for word in (commandline -opc)[2..]
        if test $takes_value = 1
            set takes_value 0
        else if contains -- $word ${withValue.join(" ")}
            set takes_value 1
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end
# True if these words begin with the command that is given.
function __belfry_in
    set -l words (__belfry_words)
    for index in (seq (count $argv))
        test "$words[$index]" = "$argv[$index]"; or return 1
    end
end
# True if they are no more than so many, so that the next one is a command or an argument.
function __belfry_open
    test (count (__belfry_words)) -le $argv[1]
end
complete -c belfry -f
${nodes.flatMap(linesOf).join("\n")}
`;
}

function linesOf(node: CompletionNode): string[] {
  const { path, below, words, takesFile, options } = node;
  const isHere = `__belfry_in ${path.join(" ")}`.trim();
  const isOpen = quoted(`${isHere}; and __belfry_open ${path.length}`);
  const line = "complete -c belfry -n";
  return [
    ...below.map((one) => `${line} ${isOpen} -a ${one.path.at(-1)} -d ${quoted(one.description)}`),
    ...words.map((word) => `${line} ${isOpen} -a ${word}`),
    ...(takesFile ? [`${line} ${isOpen} -F`] : []),
    // The options of the program itself are those of every command that has a use for them.
    ...options.map(
      (option) => `${line} ${path.length === 0 ? isOpen : quoted(isHere)} ${optionText(option)}`,
    ),
  ];
}

function optionText({ flags, description, value }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const parts = [...names, ...(value ? [value.kind === "file" ? "-rF" : "-x"] : [])];
  if (value?.kind === "choice") parts.push(`-a ${quoted(value.words.join(" "))}`);
  return [...parts, `-d ${quoted(description)}`].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
