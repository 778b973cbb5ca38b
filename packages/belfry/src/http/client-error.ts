import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { PROBLEM_TYPE } from "./problem.ts";

/** What Node's parser says of a request, as status and code; all else is a bad request. */
const KNOWN: Readonly<Record<string, { status: number; code: string; detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: "headers_too_large",
    detail: "Cannot read the request: its headers are over 16 KiB",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: "request_timeout",
    detail: "Cannot read the request: it did not arrive in time",
  },
};
const BODY_CUT = {
  status: 400,
  code: "body_incomplete",
  detail: "Cannot read the body: the connection broke before its end",
};
const BAD = {
  status: 400,
  code: "bad_request",
  detail: "Cannot read the request: it is not valid HTTP; encode what is not ASCII in an address",
};

/**
 * Answers what is not even a request with a problem of the usual shape, and ends the connection.
 *
 * @param isBodyCut it was one, but for the end of its body
 */
export function answerClientError(error: Error, socket: Duplex, isBodyCut: boolean): void {
  const cause = "code" in error ? String(error.code) : "";
  if (cause === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const isCut = isBodyCut && cause === "HPE_INVALID_EOF_STATE";
  const { status, ...problem } = isCut ? BODY_CUT : (KNOWN[cause] ?? BAD);
  const title = STATUS_CODES[status] ?? "Bad Request";
  const type = `urn:belfry:problem:${problem.code}`;
  // Its own id, if it sent one, is in what could not be read.
  const instance = `req_${randomUUID()}`;
  const body = JSON.stringify({ type, title, status, ...problem, instance });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nconnection: close\r\nx-request-id: ${instance}\r\n` +
      `content-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
