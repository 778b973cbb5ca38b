import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type Http2Bindings, type HttpBindings, RequestError } from "@hono/node-server";
import { Connections } from "./connections.ts";
import { discardBody } from "./discard-body.ts";
import { createHostCheck, nameOldHost } from "./host-check.ts";
import { HttpProblem } from "./http-problem.ts";
import { refusalOf, refuse } from "./problem.ts";
import type { ServerBindings } from "./request.ts";

/** How long a caller may take, so that slow ones do not hold sockets for ever. */
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
const STUCK_AFTER_MS = 120_000;
const MAX_HEADER_BYTES = 16 * 1024;
const CLOSE_WITHIN_MS = 10_000;

export interface ServeOptions {
  app: { fetch: (request: Request, bindings: ServerBindings) => Response | Promise<Response> };
  host: string;
  /** 0 takes any free port. */
  port: number;
  headersWithinMs?: number;
  requestWithinMs?: number;
  /** Whoever neither sends nor takes anything for so long is cut off; default: two minutes. */
  stuckAfterMs?: number;
  /** Connections beyond so many are closed at once; default: as many as the system allows. */
  maxConnections?: number | undefined;
  /** Told of what goes wrong besides the requests; default: nobody. */
  onFault?: (what: string, error: unknown) => void;
}

/** A server that listens. */
export interface Listening {
  host: string;
  port: number;
  /** `http://127.0.0.1:8080`. */
  url: string;
  /**
   * Takes no new connections, answers what it has begun, ends streams, and cuts what is not done after
   * `withinMs`.
   */
  close(withinMs?: number): Promise<void>;
}

/** Starts to listen. Rejects if the address cannot be had. */
export async function serve(options: ServeOptions): Promise<Listening> {
  const server = createServer(limitsOf(options));
  server.timeout = options.stuckAfterMs ?? STUCK_AFTER_MS;
  // Who has sent all may still wait for the answer. Node has this, but does not tell of it.
  Object.assign(server, { httpAllowHalfOpen: true });
  const closing = new AbortController();
  const answer = listenerOf(options.app, { closing: closing.signal });
  const connections = new Connections(({ request, response }) => {
    nameOldHost(request);
    void answer(request, response);
  });
  server.on("connection", (socket) => connections.add(socket));
  server.on("request", (request, response) => connections.take(request, response));
  // Whatever else than 100-continue it expects is not promised, and no reason to leave it unanswered.
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("clientError", (error, socket) => connections.fail(error, socket));
  await listen(server, options);
  if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
  // Such as a connection that there is no handle for: the next one may find one.
  server.on("error", (error) => options.onFault?.("accept a connection", error));
  const { port } = server.address() as AddressInfo;
  const { host } = options;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const end = (withinMs = CLOSE_WITHIN_MS): Promise<void> => {
    closing.abort();
    return close(server, connections, withinMs);
  };
  return { host, port, url, close: end };
}

function limitsOf({
  headersWithinMs = HEADERS_WITHIN_MS,
  requestWithinMs = REQUEST_WITHIN_MS,
}: ServeOptions) {
  return {
    headersTimeout: headersWithinMs,
    requestTimeout: requestWithinMs,
    connectionsCheckingInterval: Math.min(1_000, headersWithinMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Told by us, with a problem.
    requireHostHeader: false,
  };
}

/** Has the app answer requests; what it left unread of their bodies is read before the answer goes out. */
function listenerOf(app: ServeOptions["app"], bindings: ServerBindings) {
  const isSoundHost = createHostCheck();
  const fetch = async (request: Request, { incoming }: HttpBindings | Http2Bindings): Promise<Response> => {
    if (!isSoundHost(incoming)) return refuseUnread(brokenAddress());
    const isReadable = isKnownCoding(incoming.headers["transfer-encoding"]);
    const response = isReadable ? await app.fetch(request, bindings) : refuseUnread(unknownCoding());
    if (!incoming.complete && !incoming.destroyed) await discardBody(request.body);
    return response;
  };
  return getRequestListener(fetch, { errorHandler: refuseUnread });
}

/** What is not even a request, with no host or a broken address, never comes as far as the app. */
function refuseUnread(error: unknown): Response {
  const cause = error instanceof RequestError ? brokenAddress() : error;
  return refuse(refusalOf(cause), `req_${randomUUID()}`);
}

function brokenAddress(): HttpProblem {
  const message = "Cannot read the request: its address or its Host header is broken";
  return new HttpProblem({ status: 400, code: "bad_request", message });
}

/** Node's parser undoes the chunks, and leaves inside what else was done to a body (RFC 9112 §6.1). */
function isKnownCoding(coding: string | undefined): boolean {
  return coding === undefined || coding.trim().toLowerCase() === "chunked";
}

function unknownCoding(): HttpProblem {
  const message = "Cannot read the request: of the transfer codings, only chunked is understood";
  return new HttpProblem({ status: 400, code: "bad_request", message, headers: { connection: "close" } });
}

function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server, connections: Connections, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), withinMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    // Callers that keep their connection would otherwise hold the server open after their answer.
    connections.makeLast();
  });
}
