import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";

/** A local server that plays the other side. */
export interface Receiver {
  /** `http://127.0.0.1:<port>/hook`. */
  readonly url: string;
  readonly port: number;
  /** Connections that are open now. */
  readonly openConnections: number;
  /** Connections ever taken. */
  readonly totalConnections: number;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts `server` on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<Receiver> {
  const sockets = new Set<Socket>();
  let totalConnections = 0;
  server.on("connection", (socket: Socket) => {
    totalConnections += 1;
    sockets.add(socket);
    // A receiver that is cut off is what many tests are about.
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => stop(server, sockets);
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    get openConnections() {
      return sockets.size;
    },
    get totalConnections() {
      return totalConnections;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function stop(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  if (!server.listening) return;
  server.close();
  await once(server, "close");
}
