// The design of a table, a tick and a worker, as it is often built: each tick moves what is due into a
// queue; workers take batches of 10 from it, 10 at a time; what is not settled within 30 s comes back.
import pg from "pg";
import type { Payload } from "../order.ts";
import type { Post } from "../posting.ts";
import type { Driver, Settings } from "./driver.ts";

interface Tuning extends Settings {
  producers: number;
  tickMs: number;
  batch: number;
  /** Batches at a time. */
  batches: number;
  visibilitySeconds: number;
  pool: number;
}

interface Row extends Payload {
  id: string;
  due_at: Date;
}

const SCHEMA = `
  CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    due_at timestamptz NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    taken_at timestamptz,
    url text NOT NULL,
    message text NOT NULL,
    data jsonb NOT NULL
  );
  CREATE INDEX events_pending ON events (due_at) WHERE status = 'pending';
  CREATE INDEX events_queued ON events (id) WHERE status = 'queued';
  CREATE INDEX events_sending ON events (taken_at) WHERE status = 'sending';`;
const INSERT = `INSERT INTO events (url, message, data, due_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::timestamptz[])`;
const ENQUEUE = `UPDATE events SET status = 'queued' WHERE id IN (
  SELECT id FROM events WHERE status = 'pending' AND due_at <= now() FOR UPDATE SKIP LOCKED)`;
const COME_BACK = `UPDATE events SET status = 'queued'
  WHERE status = 'sending' AND taken_at < now() - make_interval(secs => $1)`;
const TAKE = `UPDATE events SET status = 'sending', taken_at = now() WHERE id IN (
  SELECT id FROM events WHERE status = 'queued' ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING id, url, message, data, due_at`;
const SETTLE = "UPDATE events SET status = 'sent' WHERE id = ANY ($1::bigint[])";
const RETRY = `UPDATE events SET status = 'pending', due_at = now() + make_interval(secs => $2)
  WHERE id = ANY ($1::bigint[])`;

/** @param tickMs how often what is due is looked for, in ms */
export function naiveDriver(tickMs: number): Driver<Tuning> {
  return {
    title: () => `a table, a tick each ${tickMs} ms, a queue in the table`,
    settings: { "a retry is": "the row, due in 100 ms: found by a tick" },
    tuning: () => ({ producers: 2, tickMs, batch: 10, batches: 10, visibilitySeconds: 30, pool: 12 }),
    install: async (address) => {
      const client = new pg.Client(address);
      await client.connect();
      await client.query(SCHEMA);
      await client.end();
    },
    openProducer: async (address) => {
      const pool = new pg.Pool({ connectionString: address });
      return {
        accept: async (jobs) => {
          const columns = [
            jobs.map(({ url }) => url),
            jobs.map(({ message }) => message),
            jobs.map(({ data }) => JSON.stringify(data)),
            jobs.map(({ dueMs }) => new Date(dueMs)),
          ];
          await pool.query({ name: "insert", text: INSERT, values: columns });
        },
      };
    },
    work: async ({ address, tuning, post, retryMs }) => {
      const pool = new pg.Pool({ connectionString: address, max: tuning.pool });
      pool.on("error", (error) => console.error(`naive: ${error.message}`));
      tickForEver({ pool, tuning, takeBatch: () => takeBatch({ pool, tuning, post, retryMs }) });
    },
  };
}

interface Taking {
  pool: pg.Pool;
  tuning: Tuning;
  post: Post;
  retryMs: number;
}

/** Each tick wakes all of the worker's hands, which work until the queue is empty. */
function tickForEver({
  pool,
  tuning,
  takeBatch,
}: Pick<Taking, "pool" | "tuning"> & { takeBatch: () => Promise<boolean> }): void {
  let busy = 0;
  const drain = async (): Promise<void> => {
    busy += 1;
    try {
      while (await takeBatch());
    } finally {
      busy -= 1;
    }
  };
  const tick = async (): Promise<void> => {
    await pool.query({ name: "enqueue", text: ENQUEUE });
    await pool.query({ name: "come back", text: COME_BACK, values: [tuning.visibilitySeconds] });
    while (busy < tuning.batches) drain().catch((error: Error) => console.error(`naive: ${error.message}`));
  };
  // As cron would, on the full minute.
  const tickLater = (): void => {
    setTimeout(
      () => {
        tick()
          .catch((error: Error) => console.error(`naive: ${error.message}`))
          .finally(tickLater);
      },
      tuning.tickMs - (Date.now() % tuning.tickMs),
    );
  };
  tickLater();
}

/** Resolves with whether there was anything. */
async function takeBatch({ pool, tuning, post, retryMs }: Taking): Promise<boolean> {
  const { rows } = await pool.query<Row>({ name: "take", text: TAKE, values: [tuning.batch] });
  if (rows.length === 0) return false;
  const isTaken = await Promise.all(
    rows.map(({ due_at, ...row }) => post({ ...row, dueMs: due_at.getTime() })),
  );
  const taken = rows.filter((_row, index) => isTaken[index]).map(({ id }) => id);
  const refused = rows.filter((_row, index) => !isTaken[index]).map(({ id }) => id);
  await pool.query({ name: "settle", text: SETTLE, values: [taken] });
  if (refused.length > 0)
    await pool.query({ name: "retry", text: RETRY, values: [refused, retryMs / 1_000] });
  return true;
}
