import type { Payload } from "../order.ts";
import { requirePeer, versionOfPeer } from "../peer-package.ts";
import type { Driver, Settings, Use } from "./driver.ts";

interface BullJob {
  id: string;
  data: Payload;
  timestamp: number;
  opts: { delay?: number };
}

/** What is used of BullMQ. */
interface BullMq {
  Queue: new (
    name: string,
    options: object,
  ) => {
    waitUntilReady(): Promise<unknown>;
    addBulk(jobs: readonly { name: string; data: BullJob["data"]; opts: object }[]): Promise<unknown>;
    close(): Promise<void>;
  };
  Worker: new (
    name: string,
    processor: (job: BullJob) => Promise<void>,
    options: object,
  ) => {
    on(event: "error", listener: (error: Error) => void): unknown;
    waitUntilReady(): Promise<unknown>;
  };
}

interface Tuning extends Settings {
  producers: number;
  /** Instances of its class `Worker`, all in the one process. */
  workers: number;
  /** Of each. */
  concurrency: number;
  lockDuration?: number;
  stalledInterval?: number;
}

const QUEUE = "post";
const THROUGHPUT: Tuning = { producers: 2, workers: 1, concurrency: 50 };
const TUNING: Readonly<Record<Use, Tuning>> = {
  accept: THROUGHPUT,
  herd: THROUGHPUT,
  steady: THROUGHPUT,
  retry: THROUGHPUT,
  // By default 30 s each.
  kill: { ...THROUGHPUT, lockDuration: 5_000, stalledInterval: 1_000 },
};

const load = (): BullMq => requirePeer<BullMq>("bullmq");

export const bullMq: Driver<Tuning> = {
  title: () => `BullMQ ${versionOfPeer("bullmq")}, ioredis ${versionOfPeer("ioredis")}`,
  settings: {
    jobs: "removeOnComplete, removeOnFail",
    "a retry is": "attempts 2, backoff fixed 100 ms",
  },
  tuning: (use) => TUNING[use],
  install: async () => {},
  openProducer: async (address) => {
    const queue = new (load().Queue)(QUEUE, { connection: connectionOf(address) });
    await queue.waitUntilReady();
    const opts = { removeOnComplete: true, removeOnFail: true, attempts: 2 };
    const backoff = { type: "fixed", delay: 100 };
    return {
      accept: async (jobs) => {
        const nowMs = Date.now();
        await queue.addBulk(
          jobs.map(({ dueMs, ...data }) => ({
            name: QUEUE,
            data,
            opts: { ...opts, backoff, delay: Math.max(0, dueMs - nowMs), timestamp: nowMs },
          })),
        );
      },
    };
  },
  work: async ({ address, tuning, post }) => {
    const { workers, producers: _, ...options } = tuning;
    const process = async ({ id, data, timestamp, opts }: BullJob): Promise<void> => {
      const isTaken = await post({ ...data, dueMs: timestamp + (opts.delay ?? 0), id });
      if (!isTaken) throw new Error("it was refused");
    };
    for (let i = 0; i < workers; i++) {
      const worker = new (load().Worker)(QUEUE, process, { connection: connectionOf(address), ...options });
      worker.on("error", (error) => console.error(`BullMQ: ${error.message}`));
      await worker.waitUntilReady();
    }
  },
};

function connectionOf(address: string): object {
  const { hostname, port } = new URL(address);
  return { host: hostname, port: Number(port), maxRetriesPerRequest: null };
}
