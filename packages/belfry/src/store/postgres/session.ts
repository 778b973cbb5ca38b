import type pg from "pg";
import type { Database, Queryable, Row } from "./database.ts";
import { storeError } from "./failure.ts";
import { type Statement, statement } from "./statement.ts";

/**
 * A move reads and writes whole tables: it takes as long as it takes, passes the fence, and leaves the choice
 * of a plan to the planner, which is tied down for the statements of a running installation alone.
 */
const SETTINGS = `SET belfry.move = 'on'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;
  SET plan_cache_mode = auto; SET enable_seqscan = on; SET enable_bitmapscan = on; SET enable_hashjoin = on;
  SET enable_mergejoin = on; SET max_parallel_workers_per_gather = 2; SET cursor_tuple_fraction = 1`;

/** How long to wait for a lock that others hold on a table. */
const LOCKED_WITHIN = statement("set_lock_timeout", "SET LOCAL lock_timeout = '5s'");
const CURSOR = "moved_rows";

/** One connection of a move, from its beginning to its end. */
export class Session implements Queryable {
  readonly #client: pg.Client;
  readonly #place: string;

  private constructor(client: pg.Client, place: string) {
    this.#client = client;
    this.#place = place;
  }

  /** @throws StoreError */
  static async open(database: Database): Promise<Session> {
    const client = database.client();
    // Whoever asks next finds out.
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query(SETTINGS);
      return new Session(client, database.place);
    } catch (error) {
      client.end().catch(() => {});
      throw storeError("open", database.place, error);
    }
  }

  async run({ name, text }: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      const { rows } = await this.#client.query<Row>({ name, text, values: values as unknown[] });
      return rows;
    } catch (error) {
      throw storeError("write to", this.#place, error);
    }
  }

  /** Runs `work` in one transaction; what it throws rolls back. */
  async transact<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result> {
    try {
      await this.#client.query("BEGIN");
      await this.run(LOCKED_WITHIN);
      const result = await work(this);
      await this.#client.query("COMMIT");
      return result;
    } catch (error) {
      await this.#client.query("ROLLBACK").catch(() => {});
      throw storeError("write to", this.#place, error);
    }
  }

  /** What a query gives, so many rows at a time, each as a list of its values. */
  async *pages(query: string, size: number): AsyncGenerator<unknown[][]> {
    try {
      await this.#client.query("BEGIN READ ONLY");
      await this.#client.query(`DECLARE ${CURSOR} NO SCROLL CURSOR FOR ${query}`);
      for (;;) {
        const fetch = { text: `FETCH ${size} FROM ${CURSOR}`, rowMode: "array" } as const;
        const { rows } = await this.#client.query<unknown[]>(fetch);
        if (rows.length > 0) yield rows;
        if (rows.length < size) return;
      }
    } catch (error) {
      throw storeError("read from", this.#place, error);
    } finally {
      await this.#client.query("ROLLBACK").catch(() => {});
    }
  }

  close(): Promise<void> {
    return this.#client.end().catch(() => {});
  }
}
