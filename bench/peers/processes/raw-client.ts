// The yardstick: nothing but the peers' handler in a loop over all sockets, in a process of its own.
import { jobsOf, type Order } from "../order.ts";
import { createPost, SOCKETS } from "../posting.ts";
import { serveCalls } from "./calls.ts";

const post = createPost();

async function postAll(order: Order): Promise<void> {
  const jobs = jobsOf(order);
  const postWhileMore = async (): Promise<void> => {
    for (let next = jobs.next(); !next.done; next = jobs.next()) await post({ ...next.value, id: "0" });
  };
  await Promise.all(Array.from({ length: SOCKETS }, postWhileMore));
}

serveCalls({ postAll });
