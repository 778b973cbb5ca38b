import { z } from "@hono/zod-openapi";
import { ROLES, WORKER_STATES } from "../../domain/worker.ts";
import { instantOf, textOf } from "./field.ts";

const count = (description: string) => z.int().min(0).openapi({ description, example: 0 });

const holdingSchema = z
  .object({
    waiting: count("for their instant, which is near"),
    queued: count("due, and waiting for a place in their lane"),
    running: count("being sent"),
    sent: count("sent, and not yet settled"),
    limit: count("how many it may hold at all"),
  })
  .openapi("Holding", { description: "The deliveries in a worker's hands." });

/** A process that works on the store. */
export const workerSchema = z
  .object({
    id: textOf("its id, which leases and attempts name", "wrk_01k9yz3t5v8m6n4q2r7s1w0xab"),
    state: z.enum(WORKER_STATES).openapi({
      description:
        "`alive`: it is there; `silent`: it is there, but has not been heard of for a while; `gone`: it ended, and " +
        "told nobody",
    }),
    roles: z.array(z.enum(ROLES)).openapi({ description: "what it does" }),
    partition: textOf("its share of the work", "2/8").nullable().openapi({
      description: "its share of the work, as `2/8`; null: all of it",
    }),
    host: textOf("the name of its machine", "belfry-worker-0"),
    pid: z.int().openapi({ description: "its process id there", example: 4711 }),
    version: textOf("Belfry's version", "0.1.0"),
    startedAt: instantOf("when it joined"),
    seenAt: instantOf("when it was last heard of"),
    holding: holdingSchema.or(z.null()).openapi({
      description: "what it held when it was last heard of; null if it sends nothing",
    }),
  })
  .openapi("Worker", { description: "A process of Belfry that works on the store." });
export type WorkerResource = z.infer<typeof workerSchema>;

export const workerListSchema = z
  .object({ items: z.array(workerSchema).openapi({ description: "the oldest first" }) })
  .openapi("WorkerList");
export type WorkerListResource = z.infer<typeof workerListSchema>;
