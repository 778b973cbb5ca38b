import type { Payload } from "../order.ts";
import { requirePeer, versionOfPeer } from "../peer-package.ts";
import type { Driver, Settings } from "./driver.ts";

interface JobSpec {
  identifier: string;
  payload: unknown;
  runAt: Date;
}

/** What is used of graphile-worker. */
interface GraphileWorker {
  WorkerPreset: unknown;
  Logger: new (factory: () => (level: string, message: string) => void) => unknown;
  makeWorkerUtils(options: object): Promise<{
    migrate(): Promise<void>;
    addJobs(specs: readonly JobSpec[]): Promise<unknown>;
    release(): Promise<void>;
  }>;
  run(options: object): Promise<unknown>;
}

interface Helpers {
  job: { id: string; run_at: Date };
  addJob(identifier: string, payload: unknown, spec: { runAt: Date }): Promise<unknown>;
}

interface Tuning extends Settings {
  /** Batches that are added at a time. */
  producers: number;
  concurrentJobs: number;
  maxPoolSize: number;
  pollInterval: number;
  localQueueSize: number;
  completeJobBatchDelay: number;
}

const TASK = "post";
const THROUGHPUT: Tuning = {
  producers: 2,
  concurrentJobs: 50,
  maxPoolSize: 10,
  pollInterval: 10,
  localQueueSize: 500,
  completeJobBatchDelay: 0,
};

const load = (): GraphileWorker => requirePeer<GraphileWorker>("graphile-worker");

export const graphileWorker: Driver<Tuning> = {
  title: () => `graphile-worker ${versionOfPeer("graphile-worker")}`,
  settings: { "a retry is": "a new job, runAt in 100 ms: its own backoff begins at 2.7 s" },
  tuning: () => THROUGHPUT,
  install: async (address) => {
    const utils = await load().makeWorkerUtils(poolOf(address));
    await utils.migrate();
    await utils.release();
  },
  openProducer: async (address) => {
    const { addJobs } = await load().makeWorkerUtils(poolOf(address));
    return {
      accept: async (jobs) => {
        await addJobs(
          jobs.map(({ dueMs, ...payload }) => ({
            identifier: TASK,
            payload,
            runAt: new Date(dueMs),
          })),
        );
      },
    };
  },
  work: async ({ address, tuning, post, retryMs }) => {
    const { run, WorkerPreset } = load();
    const { producers: _, localQueueSize: size, ...worker } = tuning;
    const { logger } = poolOf(address);
    const preset = {
      extends: [WorkerPreset],
      worker: { connectionString: address, ...worker, localQueue: { size }, logger },
    };
    const task = async (payload: Payload, { job, addJob }: Helpers): Promise<void> => {
      const isTaken = await post({ ...payload, dueMs: job.run_at.getTime(), id: job.id });
      if (!isTaken) await addJob(TASK, payload, { runAt: new Date(Date.now() + retryMs) });
    };
    await run({ preset, taskList: { [TASK]: task }, parsedCronItems: [] });
  },
};

/** Its log tells of each job by default, which would cost it time. */
function poolOf(address: string): { connectionString: string; logger: unknown } {
  const { Logger } = load();
  const logger = new Logger(() => (level, message) => {
    if (level === "error") console.error(`graphile-worker: ${message}`);
  });
  return { connectionString: address, logger };
}
