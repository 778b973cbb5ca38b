import { createInterface } from "node:readline";
import type { CliContext } from "./context.ts";

/** Whether there is a person to be asked: both what is asked and the answer pass through a terminal. */
export function canAsk({ stdin, output }: Pick<CliContext, "stdin" | "output">): boolean {
  return stdin?.isTTY === true && output.isWatched;
}

/** Asks a person; whatever is no clear yes is a no. */
export async function confirms(question: string, { stdin, output }: CliContext): Promise<boolean> {
  if (!stdin) return false;
  output.printPrompt(`${question} [y/N] `);
  const lines = createInterface({ input: stdin });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once("line", resolve);
      lines.once("close", () => resolve(""));
    });
    return /^\s*(y|yes)\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
