/** One message of a stream; `data` is empty where only the position moved. */
export interface ServerSentMessage {
  /** The id of the last event that came, empty before any. */
  lastEventId: string;
  /** `message` unless the stream names another. */
  type: string;
  data: string;
  /** How long to wait before connecting again, if the stream says so. */
  retryMs?: number;
}

/** A line of the stream ends with CR LF, LF or CR. */
const LINE_END = /\r\n|\n|\r/;

/**
 * Reads a stream as the HTML Standard has it (9.2.6, "Interpreting an event stream"), but for two
 * things that a reader who goes on later wants: a block with an id and without data is a message, too,
 * and a block that breaks off counts for nothing.
 */
export async function* readServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentMessage, void> {
  let block = new Map<string, string>();
  let lastEventId = "";
  for await (const line of linesOf(chunks)) {
    if (line !== "") readField(line, block);
    else if (block.size > 0) {
      lastEventId = block.get("id") ?? lastEventId;
      yield messageOf(block, lastEventId);
      block = new Map();
    }
  }
}

function messageOf(block: ReadonlyMap<string, string>, lastEventId: string): ServerSentMessage {
  const retry = block.get("retry") ?? "";
  return {
    lastEventId,
    type: block.get("event") || "message",
    data: block.get("data") ?? "",
    ...(/^\d{1,9}$/.test(retry) && { retryMs: Number(retry) }),
  };
}

/** `name: value`; a colon at the beginning makes a comment, which keeps the connection alive. */
function readField(line: string, block: Map<string, string>): void {
  const colon = line.indexOf(":");
  if (colon === 0) return;
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (name === "id" && value.includes("\0")) return;
  const earlier = name === "data" ? block.get(name) : undefined;
  block.set(name, earlier === undefined ? value : `${earlier}\n${value}`);
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the end may be the first half of CR LF.
    const held = rest.endsWith("\r") ? "\r" : "";
    const lines = rest.slice(0, rest.length - held.length).split(LINE_END);
    rest = `${lines.pop() ?? ""}${held}`;
    yield* lines;
  }
}
