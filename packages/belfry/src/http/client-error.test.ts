import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { problemSchema } from "./schemas/problem.ts";
import { type Listening, serve } from "./server.ts";

let server: Listening;
beforeEach(async () => {
  server = await serve({
    app: { fetch: () => new Response("ok") },
    host: "127.0.0.1",
    port: 0,
    headersWithinMs: 300,
  });
});
afterEach(() => server.close(0));

/** The raw answer to raw bytes. */
async function answerTo(bytes: string): Promise<string> {
  const socket = connect(server.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk: Buffer) => {
    answer += chunk.toString();
  });
  socket.write(Buffer.from(bytes));
  await once(socket, "close");
  return answer;
}

test.each([
  ["an address that is not ASCII", "GET /v1/deliveries?reminder=rem…", "HTTP/1.1 400", "bad_request"],
  ["what is not HTTP", "hello there\r\n\r\n", "HTTP/1.1 400", "bad_request"],
  [
    "headers that are too large",
    `GET / HTTP/1.1\r\nx: ${"a".repeat(20_000)}\r\n\r\n`,
    "HTTP/1.1 431",
    "headers_too_large",
  ],
  ["a request that does not come to its end", "GET / HTTP/1.1\r\nhost: a", "HTTP/1.1 408", "request_timeout"],
])("serve() answers %s with a problem", async (_, bytes, statusLine, code) => {
  const answer = await answerTo(bytes.startsWith("GET /v1") ? `${bytes} HTTP/1.1\r\nhost: a\r\n\r\n` : bytes);
  expect(answer.startsWith(statusLine)).toBe(true);
  expect(answer).toContain("content-type: application/problem+json");
  const problem = problemSchema.parse(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))));
  expect(problem).toMatchObject({ code, instance: expect.stringMatching(/^req_/) });
  expect(answer).toContain(`x-request-id: ${problem.instance}\r\n`);
});
