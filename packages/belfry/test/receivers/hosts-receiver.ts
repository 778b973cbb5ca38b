import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One server that stands for many hosts: every address of 127.0.0.0/8. */
export interface HostsReceiver {
  readonly port: number;
  /** The `webhook-id` of each request, in the order in which they came in. */
  readonly ids: readonly string[];
  /** How long it thinks before it answers, in ms. */
  thinkForMs: number;
  close(): Promise<void>;
}

export async function startHostsReceiver(): Promise<HostsReceiver> {
  const ids: string[] = [];
  const server = createServer((request, response) => {
    ids.push(String(request.headers["webhook-id"]));
    request.resume();
    setTimeout(() => response.writeHead(204).end(), receiver.thinkForMs);
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const receiver: HostsReceiver = {
    port: (server.address() as AddressInfo).port,
    ids,
    thinkForMs: 0,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}
