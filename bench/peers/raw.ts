import type { Figure } from "./figures.ts";
import { Child } from "./processes/child.ts";
import type { Receiver } from "./receiver.ts";
import { orderOf, rateOf } from "./workloads/workload.ts";

/** What receiver and machine give at all; tells how noisy the machine was. */
export const rawFigure: Figure = {
  id: "raw",
  workload: "yardstick: a bare client, 50 sockets",
  unit: "posts/s",
  isMoreBetter: true,
};

/** Posts so many in a process of its own; resolves with the rate seen by the receiver. */
export async function rawRate(receiver: Receiver, count: number): Promise<number> {
  const client = await Child.start("raw-client.ts");
  // The first time everything is still to be compiled.
  for (const size of [1_000, count]) {
    const order = orderOf({ receiver }, { count: size, dueMs: Date.now() });
    await receiver.expect(order);
    await client.call("postAll", order);
  }
  await client.kill();
  return rateOf((await receiver.arrivals()).takenAtMs);
}
