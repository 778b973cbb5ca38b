// A webhook receiver in a process of its own: answers 204 and notes when each delivery came.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** When each request came, and how long after its due instant if its body names one, in ms. */
export interface Arrivals {
  atMs: number[];
  latenessMs: number[];
}

let arrivals: Arrivals = { atMs: [], latenessMs: [] };

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const nowMs = performance.timeOrigin + performance.now();
    arrivals.atMs.push(nowMs);
    const due = /"timestamp":"([^"]+)"/.exec(chunks.length === 1 ? String(chunks[0]) : "");
    if (due?.[1]) arrivals.latenessMs.push(nowMs - Date.parse(due[1]));
    response.writeHead(204).end();
  });
});

process.on("message", (message) => {
  if (message === "count") process.send?.({ count: arrivals.atMs.length });
  if (message !== "take") return;
  process.send?.({ arrivals });
  arrivals = { atMs: [], latenessMs: [] };
});
process.on("disconnect", () => process.exit());

server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
