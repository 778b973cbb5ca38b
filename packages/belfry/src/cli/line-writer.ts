import type { TextStream } from "./output.ts";

/** Writes a line; resolves once the stream takes more, with false if nobody reads any more. */
export type LineWriter = (line: string) => Promise<boolean>;

/** Writes lines no faster than they are read, so that a million of them never wait in memory. */
export function createLineWriter(stream: TextStream): LineWriter {
  let isListening = false;
  let isOpen = true;
  let wake = (): void => {};
  const end = (): void => {
    isOpen = false;
    wake();
  };
  const listen = (): void => {
    isListening = true;
    stream.once?.("close", end);
    stream.once?.("error", end);
  };
  return async (line) => {
    if (!isListening) listen();
    if (isOpen) stream.write(`${line}\n`);
    if (isOpen && stream.writableNeedDrain) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        stream.once?.("drain", resolve);
      });
    }
    return isOpen;
  };
}
