import type { Job } from "../order.ts";
import { requirePeer, versionOfPeer } from "../peer-package.ts";
import type { Driver, Settings, Use } from "./driver.ts";

interface BossJob {
  id: string;
  data: Job;
}

interface Boss {
  on(event: "error", listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  stop(): Promise<void>;
  createQueue(name: string, options: object): Promise<void>;
  insert(name: string, jobs: readonly { data: BossJob["data"]; startAfter: Date }[]): Promise<unknown>;
  work(name: string, options: object, handler: (jobs: BossJob[]) => Promise<void>): Promise<string>;
}

interface Tuning extends Settings {
  producers: number;
  /** Connections. */
  max: number;
  partition: boolean;
  /** Calls of `work`, whose polls are spread evenly. */
  works: number;
  batchSize: number;
  pollingIntervalSeconds: number;
  burstWhenBatchFull: boolean;
  heartbeatSeconds?: number;
  superviseIntervalSeconds?: number;
  monitorIntervalSeconds?: number;
}

const QUEUE = "post";
const THROUGHPUT: Tuning = {
  producers: 2,
  max: 10,
  partition: false,
  works: 4,
  batchSize: 100,
  pollingIntervalSeconds: 0.5,
  burstWhenBatchFull: true,
};
const TUNING: Readonly<Record<Use, Tuning>> = {
  accept: THROUGHPUT,
  herd: THROUGHPUT,
  steady: { ...THROUGHPUT, works: 50 },
  retry: THROUGHPUT,
  // The shortest heartbeat that it takes, so that a dead worker is soon known.
  kill: { ...THROUGHPUT, heartbeatSeconds: 10, superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 },
};

export const pgBoss: Driver<Tuning> = {
  title: () => `pg-boss ${versionOfPeer("pg-boss")}`,
  settings: {
    "a retry is": "a new job, startAfter in 100 ms: its retryDelay counts whole seconds",
    payload: "with the due instant, which a job does not tell without all of its metadata",
  },
  tuning: (use) => TUNING[use],
  install: async (address, { partition, heartbeatSeconds }) => {
    const boss = await open(address, { supervise: false, max: 2 });
    await boss.createQueue(QUEUE, {
      partition,
      ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
    });
    await boss.stop();
  },
  openProducer: async (address, { max }) => {
    const boss = await open(address, { supervise: false, max });
    return {
      accept: async (jobs) => {
        await boss.insert(
          QUEUE,
          jobs.map((data) => ({ data, startAfter: new Date(data.dueMs) })),
        );
      },
    };
  },
  work: async ({ address, tuning, post, retryMs }) => {
    const { works, batchSize, pollingIntervalSeconds, burstWhenBatchFull, producers: _, ...rest } = tuning;
    const { partition: _partition, heartbeatSeconds: _heartbeat, ...options } = rest;
    const boss = await open(address, options);
    const handle = async (jobs: BossJob[]): Promise<void> => {
      const isTaken = await Promise.all(jobs.map(({ id, data }) => post({ ...data, id })));
      const refused = jobs.filter((_job, index) => !isTaken[index]);
      if (refused.length === 0) return;
      const startAfter = new Date(Date.now() + retryMs);
      await boss.insert(
        QUEUE,
        refused.map(({ data }) => ({ data, startAfter })),
      );
    };
    for (let i = 0; i < works; i++) {
      await boss.work(QUEUE, { batchSize, pollingIntervalSeconds, burstWhenBatchFull }, handle);
      await new Promise((resolve) => setTimeout(resolve, (pollingIntervalSeconds * 1_000) / works));
    }
  },
};

async function open(address: string, options: object): Promise<Boss> {
  const { PgBoss } = requirePeer<{ PgBoss: new (options: object) => Boss }>("pg-boss");
  const boss = new PgBoss({ connectionString: address, schedule: false, ...options });
  boss.on("error", (error) => console.error(`pg-boss: ${error.message}`));
  await boss.start();
  return boss;
}
