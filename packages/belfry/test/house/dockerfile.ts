import { DockerfileParser, type Instruction, JSONInstruction, PropertyInstruction } from "dockerfile-ast";
import { validate } from "dockerfile-utils";

/** A Dockerfile, as far as the tests look at it. */
export interface Dockerfile {
  /** What the stages begin with, arguments put in: `node:24.21.0-bookworm-slim`. */
  images: string[];
  /** What is copied from the context; what comes from other stages is not. */
  sources: string[];
  /** The last instruction of each keyword in the last stage: `{ USER: "10001:10001" }`. */
  last: Record<string, string>;
  /** ENTRYPOINT of the last stage, in its form of a list. */
  entrypoint: string[];
  /** ENV of the last stage. */
  environment: Record<string, string>;
  /** LABEL of the last stage, arguments put in. */
  labels: Record<string, string>;
}

/** What a linter says against it, a line each. */
export function faultsOfDockerfile(text: string): string[] {
  return validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}

/** Reads a Dockerfile against which the linter says nothing. */
export function readDockerfile(text: string): Dockerfile {
  const file = DockerfileParser.parse(text);
  const all = file.getInstructions();
  const stage = all.slice(all.findLastIndex((one) => one.getKeyword() === "FROM"));
  const defaults = propertiesOf(all, "ARG");
  const filled = (value: string): string => value.replace(/\$\{(\w+)\}/g, (_, name) => defaults[name] ?? "");
  const labels = Object.entries(propertiesOf(stage, "LABEL")).map(([name, value]) => [name, filled(value)]);
  return {
    images: file.getFROMs().map((from) => filled(from.getImage() ?? "")),
    sources: file.getCOPYs().flatMap((copy) => {
      const paths = copy.getArguments().map((argument) => argument.getValue());
      return copy.getFromFlag() ? [] : paths.slice(0, -1);
    }),
    last: Object.fromEntries(stage.map((one) => [one.getKeyword(), one.getArgumentsContent() ?? ""])),
    entrypoint: stage.filter((one) => one.getKeyword() === "ENTRYPOINT").flatMap(stringsOf),
    environment: propertiesOf(stage, "ENV"),
    labels: Object.fromEntries(labels),
  };
}

/** What all instructions of a keyword set, by name. */
function propertiesOf(instructions: readonly Instruction[], keyword: string): Record<string, string> {
  const properties = instructions
    .filter((one) => one instanceof PropertyInstruction && one.getKeyword() === keyword)
    .flatMap((one) => (one as PropertyInstruction).getProperties());
  return Object.fromEntries(properties.map((one) => [one.getName(), one.getValue() ?? ""]));
}

function stringsOf(instruction: Instruction): string[] {
  const strings = instruction instanceof JSONInstruction ? instruction.getJSONStrings() : [];
  return strings.map((one) => one.getJSONValue());
}
