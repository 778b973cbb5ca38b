import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { createLineWriter } from "./line-writer.ts";

describe("createLineWriter()", () => {
  test("waits until the reader has taken what was written before", async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    const write = createLineWriter(stream);
    let isDone = false;
    const writing = write("a long line").then((isRead) => {
      isDone = true;
      return isRead;
    });
    await new Promise(setImmediate);
    expect(isDone).toBe(false);
    expect(stream.read().toString()).toBe("a long line\n");
    expect(await writing).toBe(true);
  });

  test("says that nobody reads once the reader is gone, also to whoever waits", async () => {
    const stream = new PassThrough({ highWaterMark: 4 });
    const write = createLineWriter(stream);
    const writing = write("a long line");
    stream.destroy();
    expect(await writing).toBe(false);
    expect(await write("another")).toBe(false);
  });
});
