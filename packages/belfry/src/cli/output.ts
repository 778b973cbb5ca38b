import { styleText } from "node:util";
import { createLineWriter } from "./line-writer.ts";

/** Takes text: a stream of the process, or a list in a test. */
export interface TextStream {
  write(text: string): unknown;
  isTTY?: boolean;
  /** True while it holds more than it could pass on. */
  readonly writableNeedDrain?: boolean;
  once?(event: "drain" | "close" | "error", listener: () => void): unknown;
}

/** What a piece of text is, which decides its colour on a terminal. */
export type Tone = "good" | "bad" | "waiting" | "faint" | "strong";

/** Where a command writes: results on standard output, faults on standard error. */
export interface Output {
  print(line: string): void;
  printError(line: string): void;
  /** Says what is no result, such as that there is none: on standard error, so that a pipe does not carry it. */
  printRemark(line: string): void;
  /** Asks for something, on standard error; the line stays open. */
  printPrompt(text: string): void;
  /** Prints one line of very many at the speed of whoever reads them; false once nobody does. */
  printSteadily(line: string): Promise<boolean>;
  /** Prints a value for programs. */
  printJson(value: unknown): void;
  /** Colours a text, on a terminal that wants it. */
  paint(tone: Tone, text: string): string;
  /** Characters in a line; unbounded where nobody looks. */
  readonly width: number;
  /** Whether standard error is a terminal: someone can be asked, and a line may change as work goes on. */
  readonly isWatched: boolean;
}

export interface OutputOptions {
  stdout: TextStream;
  stderr: TextStream;
  isTerminal: boolean;
  columns: number | undefined;
  env: Record<string, string | undefined>;
}

const STYLES = {
  good: "green",
  bad: "red",
  waiting: "yellow",
  faint: "dim",
  strong: "bold",
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

const DEFAULT_COLUMNS = 80;

/** Makes the output of a command: for people on a terminal, plain and unbounded for a file or a pipe. */
export function createOutput(options: OutputOptions): Output {
  const colours = options.isTerminal && !options.env.NO_COLOR && options.env.TERM !== "dumb";
  return {
    print: (line) => options.stdout.write(`${line}\n`),
    printError: (line) => options.stderr.write(`${line}\n`),
    printRemark: (line) => options.stderr.write(`${line}\n`),
    printPrompt: (text) => options.stderr.write(text),
    printSteadily: createLineWriter(options.stdout),
    printJson: (value) => options.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    paint: (tone, text) => (colours ? styleText(STYLES[tone], text, { validateStream: false }) : text),
    width: options.isTerminal ? options.columns || DEFAULT_COLUMNS : Number.POSITIVE_INFINITY,
    isWatched: options.stderr.isTTY === true && options.env.TERM !== "dumb",
  };
}
