/** Longer lines are not kept: nothing that may be imported is as long. */
const LONGEST_LINE = 1024 * 1024;
const LINE_FEED = 0x0a;

/** One line of a file. */
export type NumberedLine = {
  /** Counted from 1, blank ones too. */
  number: number;
  /** How much of the file has been read so far, in bytes. */
  readBytes: number;
} & (
  | { kind: "text"; text: string }
  | { kind: "too-long" }
  /** Not UTF-8. */
  | { kind: "garbled" }
);

/**
 * The lines of a file in UTF-8, one at a time, however long the file and its lines are. They end with LF
 * or CR LF, the last one perhaps with nothing; blank ones are counted and left out.
 */
export async function* readNumberedLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<NumberedLine, void> {
  const line = new LineBuffer();
  let number = 0;
  let readBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      line.add(chunk.subarray(start, end));
      const content = line.take();
      number += 1;
      if (content) yield { number, readBytes: readBytes + end + 1, ...content };
      start = end + 1;
    }
    line.add(chunk.subarray(start));
    readBytes += chunk.length;
  }
  const content = line.take();
  if (content) yield { number: number + 1, readBytes, ...content };
}

type Content = { kind: "text"; text: string } | { kind: "too-long" } | { kind: "garbled" };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Gathers the pieces of one line. */
class LineBuffer {
  #pieces: Uint8Array[] = [];
  #size = 0;

  add(piece: Uint8Array): void {
    this.#size += piece.length;
    if (this.#size > LONGEST_LINE) this.#pieces = [];
    // A copy: the chunk it is part of may be used again.
    else if (piece.length > 0) this.#pieces.push(piece.slice());
  }

  /** What the line holds, null if it is blank; the next one begins. */
  take(): Content | null {
    const [pieces, size] = [this.#pieces, this.#size];
    [this.#pieces, this.#size] = [[], 0];
    if (size > LONGEST_LINE) return { kind: "too-long" };
    try {
      const text = utf8.decode(Buffer.concat(pieces)).trim();
      return text === "" ? null : { kind: "text", text };
    } catch {
      return { kind: "garbled" };
    }
  }
}
