import { usageFailure } from "../exit-code.ts";

/**
 * The text of a file in UTF-8, with or without a byte order mark.
 *
 * @throws CommandFailure at the first bytes that are none
 */
export async function* decodedText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let read = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw usageFailure(`the file is not in UTF-8 (within its first ${read} bytes); save it as UTF-8`);
    }
  };
  for await (const chunk of bytes) {
    read += chunk.length;
    yield decode(chunk);
  }
  yield decode();
}

/** Lines of a text, without their ends, counted from 1. */
export async function* linesOf(
  chunks: AsyncIterable<string>,
): AsyncGenerator<{ number: number; text: string }, void> {
  let rest = "";
  let number = 0;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield { number: ++number, text: line.replace(/\r$/, "") };
  }
  if (rest !== "") yield { number: number + 1, text: rest };
}
