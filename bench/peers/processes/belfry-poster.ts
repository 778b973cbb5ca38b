// Accepts reminders through Belfry's API, as a caller in a process of its own.
import { Agent, request } from "undici";
import { belfryRequest, belfryRetryingRequest } from "../belfry-request.ts";
import type { Job, Order } from "../order.ts";
import { accepting } from "./accepting.ts";
import { serveCalls } from "./calls.ts";

const [, , url = "", key = "", parallel = "2", ...wishes] = process.argv;
const asked = wishes.includes("retrying") ? belfryRetryingRequest : belfryRequest;
const dispatcher = new Agent({ connections: Number(parallel) });
const headers = {
  authorization: `Bearer ${key}`,
  "content-type": "application/json",
  ...(wishes.includes("ids-alone") ? { prefer: "return=minimal" } : {}),
};

async function accept(jobs: readonly Job[]): Promise<void> {
  const body = JSON.stringify({ reminders: jobs.map(asked) });
  const answer = await request(`${url}/v1/reminders/batch`, { method: "POST", headers, body, dispatcher });
  const text = await answer.body.text();
  // Each of a batch is answered for itself.
  if (answer.statusCode !== 200 || text.includes('"problem":'))
    throw new Error(`Cannot measure: ${answer.statusCode} ${text.slice(0, 500)}`);
}

serveCalls({ accept: (order: Order) => accepting(order, { parallel: Number(parallel), accept }) });
