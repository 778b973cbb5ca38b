import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Connection, type Exchange } from "./connection.ts";

/** The connections of a server. */
export class Connections {
  readonly #work: (exchange: Exchange) => void;
  readonly #all = new Map<Duplex, Connection>();
  #isLast = false;

  /** @param work answers a request */
  constructor(work: (exchange: Exchange) => void) {
    this.#work = work;
  }

  add(socket: Socket): void {
    const connection = new Connection(socket, this.#work);
    if (this.#isLast) connection.makeLast();
    this.#all.set(socket, connection);
    socket.once("close", () => this.#all.delete(socket));
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    this.#all.get(request.socket)?.take({ request, response });
  }

  /** What came on a connection cannot be read. */
  fail(error: Error, socket: Duplex): void {
    const connection = this.#all.get(socket);
    if (connection) connection.fail(error);
    else socket.destroy();
  }

  /** Each answers what it has begun, and ends then. */
  makeLast(): void {
    this.#isLast = true;
    for (const connection of this.#all.values()) connection.makeLast();
  }
}
