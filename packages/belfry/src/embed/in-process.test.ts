import { describe, expect, test } from "vitest";
import { createInProcess } from "./in-process.ts";

const URL_ASKED = "http://localhost/v1/events";

/** An answer that never ends by itself; `state` tells whether its reader has gone. */
function endlessStream() {
  const state = { isCancelled: false };
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(":\n\n")),
    cancel: () => {
      state.isCancelled = true;
    },
  });
  return { state, answer: new Response(body, { headers: { "content-type": "text/event-stream" } }) };
}

describe("createInProcess()", () => {
  test("ends a stream when its caller aborts it", async () => {
    const { state, answer } = endlessStream();
    const { fetch } = createInProcess({ fetch: () => answer });
    const caller = new AbortController();
    const response = await fetch(URL_ASKED, { signal: caller.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(":\n\n");
    caller.abort();
    await expect(reader.read()).rejects.toMatchObject({ name: "AbortError" });
    expect(state.isCancelled).toBe(true);
  });

  test("tells what it calls when it closes, waits for what is running and refuses what comes after", async () => {
    const gate = Promise.withResolvers<Response>();
    const seen: boolean[] = [];
    const inProcess = createInProcess({
      fetch: (_request, bindings) => {
        const { closing } = bindings as { closing: AbortSignal };
        closing.addEventListener("abort", () => seen.push(closing.aborted));
        return gate.promise;
      },
    });
    const asked = inProcess.fetch(URL_ASKED);
    let isClosed = false;
    const closing = inProcess.close().then(() => {
      isClosed = true;
    });
    expect(seen).toEqual([true]);
    expect((await inProcess.fetch(URL_ASKED)).status).toBe(503);
    expect(isClosed).toBe(false);
    gate.resolve(new Response("late", { status: 201 }));
    expect((await asked).status).toBe(201);
    await closing;
  });
});
