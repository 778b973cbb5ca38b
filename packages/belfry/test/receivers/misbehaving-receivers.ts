import { createServer, type Socket } from "node:net";
import { listen, type Receiver } from "./receiver.ts";

export interface MisbehavingReceiver extends Receiver {
  /** Whole requests that came in. */
  readonly requestCount: number;
}

/** What is done with a request; `nth` counts the requests of this connection from 1. */
type Behaviour = (socket: Socket, nth: number) => void;

const HEADERS_200 = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";

/** Takes the request and never answers. */
export function startHangingReceiver(): Promise<MisbehavingReceiver> {
  return start(() => {});
}

/** Resets the connection (RST) once it has the request. */
export function startResettingReceiver(): Promise<MisbehavingReceiver> {
  return start((socket) => socket.resetAndDestroy());
}

/** Closes the connection (FIN) once it has the request. */
export function startClosingReceiver(): Promise<MisbehavingReceiver> {
  return start((socket) => socket.end());
}

/** Resets every connection as soon as it is open. */
export async function startRefusingReceiver(): Promise<MisbehavingReceiver> {
  return withCount(await listen(createServer((socket) => socket.resetAndDestroy())), () => 0);
}

/** Sends one byte of an endless header every `everyMs`. */
export function startHeaderDribbler(everyMs = 10): Promise<MisbehavingReceiver> {
  return start((socket) => {
    socket.write(`${HEADERS_200}x-slow: `);
    repeat(socket, everyMs, "a");
  });
}

/** Answers `status` at once, then sends one byte of an endless body every `everyMs`. */
export function startBodyDribbler({ status = 200, everyMs = 10 } = {}): Promise<MisbehavingReceiver> {
  return start((socket) => {
    socket.write(`HTTP/1.1 ${status} Status\r\ncontent-length: 1000000\r\n\r\n`);
    repeat(socket, everyMs, "b");
  });
}

/** Answers `status` and sends as fast as it can, without end. */
export function startEndlessReceiver({ status = 200 } = {}): Promise<MisbehavingReceiver> {
  return start((socket) => {
    const chunk = Buffer.alloc(65_536, "c");
    socket.write(`HTTP/1.1 ${status} Status\r\n\r\n`);
    const pour = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("drain", pour);
    pour();
  });
}

/** Sends headers as fast as it can, without end. */
export function startHeaderFlooder(): Promise<MisbehavingReceiver> {
  return start((socket) => {
    const header = `x-flood: ${"d".repeat(1000)}\r\n`;
    socket.write(HEADERS_200 + header.repeat(1000));
  });
}

/** Answers with bytes that are no HTTP. */
export function startGarbageReceiver(): Promise<MisbehavingReceiver> {
  return start((socket) => socket.end("\u0000\u0001 this is not HTTP\r\n\r\n"));
}

/** Announces more body than it sends, then closes. */
export function startTruncatingReceiver({ status = 200 } = {}): Promise<MisbehavingReceiver> {
  return start((socket) => socket.end(`HTTP/1.1 ${status} Status\r\ncontent-length: 1000\r\n\r\nhalf`));
}

/** Sends `103 Early Hints` every `everyMs` and never a final answer. */
export function startInterimReceiver(everyMs = 10): Promise<MisbehavingReceiver> {
  return start((socket) => repeat(socket, everyMs, "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"));
}

/** Answers 200 and keeps the connection, but closes it when the next request comes on it. */
export function startKeepAliveCloser(): Promise<MisbehavingReceiver> {
  return start((socket, nth) => {
    if (nth === 1) socket.write(`${HEADERS_200}content-length: 2\r\n\r\nok`);
    else socket.resetAndDestroy();
  });
}

/** Answers 200 and closes the connection by itself right after, though it said that it keeps it. */
export function startIdleCloser(): Promise<MisbehavingReceiver> {
  return start((socket) => socket.end(`${HEADERS_200}content-length: 2\r\n\r\nok`));
}

async function start(behave: Behaviour): Promise<MisbehavingReceiver> {
  let requestCount = 0;
  const server = createServer((socket) => {
    let nth = 0;
    onRequests(socket, () => {
      requestCount += 1;
      nth += 1;
      behave(socket, nth);
    });
  });
  return withCount(await listen(server), () => requestCount);
}

function withCount(receiver: Receiver, count: () => number): MisbehavingReceiver {
  return Object.defineProperty(receiver, "requestCount", { get: count }) as MisbehavingReceiver;
}

/** Calls `onRequest` for each whole request: head, and as much body as `content-length` says. */
function onRequests(socket: Socket, onRequest: () => void): void {
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    for (let end = endOfRequest(text); end > 0; end = endOfRequest(text)) {
      text = text.slice(end);
      onRequest();
    }
  });
}

function endOfRequest(text: string): number {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return -1;
  const length = /^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1] ?? "0";
  const end = head + 4 + Number(length);
  return text.length >= end ? end : -1;
}

function repeat(socket: Socket, everyMs: number, text: string): void {
  const timer = setInterval(() => socket.write(text), everyMs);
  socket.on("close", () => clearInterval(timer));
}
