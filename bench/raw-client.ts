// The yardstick: nothing but undici `request` in a loop over 50 sockets, in a process of its own.
import { Agent, request } from "undici";

const [, , url = "", count = "10000"] = process.argv;
const SOCKETS = 50;
const dispatcher = new Agent({ connections: SOCKETS, pipelining: 1 });
const body = JSON.stringify({ type: "reminder.due", message: "hello", data: null });
const headers = { "content-type": "application/json" };
let left = Number(count);

async function post(): Promise<void> {
  while (left-- > 0) {
    const answer = await request(url, { method: "POST", headers, body, dispatcher });
    await answer.body.dump();
  }
}

await Promise.all(Array.from({ length: SOCKETS }, post));
await dispatcher.close();
