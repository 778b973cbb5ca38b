import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port that nothing listens on, below those that the system gives to outgoing connections: a server that is
 * down for a while must get it back, and a client that tries to reach it must not be given it as its own and
 * meet itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isFree(port)) return port;
  }
}

/** Whether nothing listens on a port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
