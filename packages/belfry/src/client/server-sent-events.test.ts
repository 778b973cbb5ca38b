import { describe, expect, test } from "vitest";
import { readServerSentEvents, type ServerSentMessage } from "./server-sent-events.ts";

async function read(...chunks: (string | Uint8Array)[]): Promise<ServerSentMessage[]> {
  async function* bytes() {
    for (const chunk of chunks) yield typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
  }
  return Array.fromAsync(readServerSentEvents(bytes()));
}

describe("readServerSentEvents()", () => {
  test("reads id, type and data when a block has them", async () => {
    expect(await read('id: 7\nevent: delivery.dead\ndata: {"a":1}\n\n')).toEqual([
      { lastEventId: "7", type: "delivery.dead", data: '{"a":1}' },
    ]);
  });

  test.each(["\n", "\r\n", "\r"])("takes %j as the end of a line, wherever chunks part it", async (end) => {
    const text = `id: 1${end}data: a${end}data: b${end}${end}data:c${end}${end}`;
    const expected = [
      { lastEventId: "1", type: "message", data: "a\nb" },
      { lastEventId: "1", type: "message", data: "c" },
    ];
    for (let at = 1; at < text.length; at++)
      expect(await read(text.slice(0, at), text.slice(at), "\n")).toEqual(expected);
  });

  test("passes over comments, and tells a position that comes without data", async () => {
    expect(await read(": hello\n\nid: 5\n\n:\n\nretry: 2000\n\n")).toEqual([
      { lastEventId: "5", type: "message", data: "" },
      { lastEventId: "5", type: "message", data: "", retryMs: 2000 },
    ]);
  });

  test("counts a block for nothing when the stream breaks off in it", async () => {
    expect(await read("id: 1\ndata: a\n\nid: 2\ndata: b\n")).toEqual([
      { lastEventId: "1", type: "message", data: "a" },
    ]);
  });

  test("keeps characters whole when chunks part them, and ids without NUL", async () => {
    const [first, ...rest] = new TextEncoder().encode("data: é\nid: a\0b\n\n");
    const bytes = Uint8Array.of(first ?? 0, ...rest);
    expect(await read(bytes.slice(0, 7), bytes.slice(7))).toEqual([
      { lastEventId: "", type: "message", data: "é" },
    ]);
  });
});
