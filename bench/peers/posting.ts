import { Agent, request } from "undici";
import type { Job } from "./order.ts";

/** Sockets that a worker may open to the receiver, at most; Belfry's own default. */
export const SOCKETS = 50;

/** Posts one reminder; resolves with whether it was taken. */
export type Post = (job: Job & { id: string }) => Promise<boolean>;

/** What a handler of a peer does: posts by undici, a body with the fields and of the length of Belfry's. */
export function createPost(): Post {
  const dispatcher = new Agent({ connections: SOCKETS, pipelining: 1 });
  const headers = { "content-type": "application/json" };
  return async ({ url, message, data, dueMs, id }) => {
    const body = JSON.stringify({
      type: "reminder.due",
      message,
      eventId: `occ_${id.slice(-27).padStart(27, "0")}`,
      userId: null,
      timestamp: new Date(dueMs).toISOString(),
      data,
    });
    const answer = await request(url, { method: "POST", headers, body, dispatcher });
    await answer.body.dump();
    return answer.statusCode < 300;
  };
}
