import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as the fake server got it. */
export interface SeenRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingMessage["headers"];
  body: unknown;
}

/** What the fake server answers to one method and path. */
export interface FakeAnswer {
  status: number;
  body: unknown;
}

/** A server that answers from a list, over real HTTP, and remembers what it was asked. */
export interface FakeServer {
  url: string;
  seen: SeenRequest[];
  close(): Promise<void>;
}

/** @param answers by method and path: `GET /v1/reminders?limit=20` */
export async function startFakeServer(answers: Record<string, FakeAnswer>): Promise<FakeServer> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = "", url: path = "", headers } = request;
    seen.push({ method, path, headers, body: text === "" ? undefined : JSON.parse(text) });
    const answer = answers[`${method} ${path}`] ?? notFound(path);
    response
      .writeHead(answer.status, { "content-type": "application/json" })
      .end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, seen, close };
}

function notFound(path: string): FakeAnswer {
  const detail = `Cannot find it: there is nothing at ${path}`;
  return {
    status: 404,
    body: { type: "about:blank", title: "Not found", status: 404, code: "not_found", detail },
  };
}
