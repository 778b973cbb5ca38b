import { allNodes, type CompletionNode, type CompletionOption } from "./tree.ts";

/** Offers the files that begin with what has been typed. */
const FILES = 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"))';

/**
 * The script for bash, from 3.2 on. It finds the command among the words that are there already, then
 * offers what fits at the cursor: the value of an option, commands, or options.
 */
export function bashScript(tree: CompletionNode): string {
  const nodes = allNodes(tree);
  return `# Completes belfry in bash: source <(belfry completion bash)
# True if a value comes behind this option.
_belfry_takes_value() {
  case "$1" in
    ${nodes.flatMap(valuePatterns).join("|")}) return 0 ;;
  esac
  return 1
}
_belfry() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local path="" takes_value="" word index
  # bash splits --state=dead into three words.
  if [[ $current == "=" ]]; then current=""; elif [[ $previous == "=" ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ -n $takes_value ]]; then takes_value=""; continue; fi
    if _belfry_takes_value "$path $word"; then takes_value=1; continue; fi
    case "$path $word" in
${indented(nodes.flatMap(descentCases), 6)}
    esac
  done
  local newline=$'\\n' IFS=$'\\n'
  case "$path $previous" in
${indented(nodes.flatMap(valueCases), 4)}
  esac
  if _belfry_takes_value "$path $previous"; then COMPREPLY=(); return; fi
  local words="" options="" files=""
  case "$path" in
${indented(nodes.map(offerCase), 4)}
  esac
  if [[ -n $files && $current != -* ]]; then ${FILES}; return; fi
  if [[ $current == -* || -z $words ]]; then words=$options; fi
  COMPREPLY=($(compgen -W "\${words// /$newline}" -- "$current"))
}
complete -F _belfry belfry
`;
}

function indented(lines: readonly string[], spaces: number): string {
  return lines.map((line) => " ".repeat(spaces) + line).join("\n");
}

/** \`" endpoints") path="endpoints" ;;\` */
function descentCases({ path, below }: CompletionNode): string[] {
  return below.map((one) => `"${path.join(" ")} ${one.path.at(-1)}") path="${one.path.join(" ")}" ;;`);
}

function valuePatterns(node: CompletionNode): string[] {
  const withValue = node.options.filter(({ value }) => value !== undefined);
  return withValue.flatMap((option) => patternsOf(node, option));
}

/** What can be offered as a value: choices and files. */
function valueCases(node: CompletionNode): string[] {
  return node.options.flatMap((option) => {
    const { value } = option;
    if (value === undefined || value.kind === "free") return [];
    const patterns = patternsOf(node, option).join("|");
    if (value.kind === "choice")
      return [
        `${patterns}) COMPREPLY=($(compgen -W $'${value.words.join("\\n")}' -- "$current")); return ;;`,
      ];
    return [`${patterns}) ${FILES}; return ;;`];
  });
}

function patternsOf({ path }: CompletionNode, { flags }: CompletionOption): string[] {
  return flags.map((flag) => `"${path.join(" ")} ${flag}"`);
}

function offerCase({ path, options, words, takesFile, below }: CompletionNode): string {
  const offered = [...below.map((one) => one.path.at(-1)), ...words].join(" ");
  const flags = options.flatMap((option) => option.flags).join(" ");
  return `"${path.join(" ")}") words="${offered}" options="${flags}"${takesFile ? " files=1" : ""} ;;`;
}
