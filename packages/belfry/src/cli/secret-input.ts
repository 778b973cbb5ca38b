import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { CliContext, TextInput } from "./context.ts";
import { usageFailure } from "./exit-code.ts";

/** How a secret is read. */
export interface SecretQuestion {
  /** What a person is asked: `Key of https://belfry.example.com: `. */
  question: string;
  /** True to read all of standard input even if it is a terminal. */
  isPiped: boolean;
}

/**
 * A secret from a person, who does not see what is typed, or from a pipe. It never comes from the
 * arguments, which every user of the machine can list.
 *
 * @returns the text without white space around it, perhaps empty
 * @throws CommandFailure if the person breaks off
 */
export async function readSecret(
  { question, isPiped }: SecretQuestion,
  context: CliContext,
): Promise<string> {
  const { stdin } = context;
  if (!stdin) return "";
  const answer = stdin.isTTY && !isPiped ? await askHidden(question, stdin, context) : await text(stdin);
  return answer.trim();
}

/** Readline turns the echo of the terminal off and writes its own, which goes nowhere here. */
function askHidden(question: string, stdin: TextInput, { output }: CliContext): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  output.printPrompt(question);
  return new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
    lines.once("SIGINT", () => reject(usageFailure("it was broken off; nothing has changed")));
  }).finally(() => {
    lines.close();
    output.printPrompt("\n");
  });
}
