import { allNodes, type CompletionNode, type CompletionOption, type OptionValue } from "./tree.ts";

/** The script for zsh: a function for each command, as `_arguments` wants its words. */
export function zshScript(tree: CompletionNode): string {
  return `#compdef belfry
# Completes belfry in zsh: source <(belfry completion zsh), or a file named _belfry in a folder of $fpath.
${allNodes(tree).map(functionOf).join("\n")}
if [[ $funcstack[1] == _belfry ]]; then _belfry "$@"; else compdef _belfry belfry; fi
`;
}

function functionOf(node: CompletionNode): string {
  const specs = node.options.flatMap(optionSpecs);
  const lines = node.below.length > 0 ? commandLines(node, specs) : argumentLines(node, specs);
  return `${nameOf(node)}() {\n${lines.map((line) => `  ${line}`).join("\n")}\n}`;
}

function nameOf({ path }: CompletionNode): string {
  return ["_belfry", ...path].join("_").replaceAll("-", "_");
}

function argumentLines(node: CompletionNode, specs: readonly string[]): string[] {
  return [`_arguments -s ${continued([...specs, quoted(argumentSpec(node))])}`];
}

function argumentSpec({ words, takesFile }: CompletionNode): string {
  if (takesFile) return "1:file:_files";
  return words.length > 0 ? `1:argument:(${words.join(" ")})` : "*:argument: ";
}

function commandLines({ below }: CompletionNode, specs: readonly string[]): string[] {
  const described = below.map((one) =>
    quoted(`${one.path.at(-1)}:${one.description.replaceAll(":", "\\:")}`),
  );
  return [
    "local state line",
    "local -a commands",
    `commands=(${described.join(" ")})`,
    `_arguments -C ${continued([...specs, quoted("1: :->command"), quoted("*:: :->rest")])}`,
    "case $state in",
    "  command) _describe command commands ;;",
    "  rest)",
    "    case $words[1] in",
    ...below.map((one) => `      ${one.path.at(-1)}) ${nameOf(one)} ;;`),
    "    esac ;;",
    "esac",
  ];
}

function continued(specs: readonly string[]): string {
  return specs.map((spec) => `\\\n    ${spec}`).join(" ");
}

/** \`'--state[only these]:value:(active paused)'\`, once for each way to write the option. */
function optionSpecs({ flags, description, value }: CompletionOption): string[] {
  const text = description.replaceAll(/[[\]:\\]/g, "\\$&");
  return flags.map((flag) => quoted(`${flag}[${text}]${actionOf(value)}`));
}

function actionOf(value: OptionValue | undefined): string {
  if (value === undefined) return "";
  if (value.kind === "choice") return `:value:(${value.words.join(" ")})`;
  return value.kind === "file" ? ":file:_files" : ":value: ";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
