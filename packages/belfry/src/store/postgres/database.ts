import pg from "pg";
import type { BelfryError } from "../../domain/errors.ts";
import type { OnCommit } from "../commit.ts";
import { Connection, type SilenceGuard } from "./connection.ts";
import { type ConnectionSettings, clientConfig, placeOf } from "./connection-options.ts";
import { isOfConnection, isRepeatable, type StoreAction, storeError } from "./failure.ts";
import { IdleConnections } from "./idle-connections.ts";
import { Inquiry } from "./inquiry.ts";
import { Outages } from "./outages.ts";
import type { Standing } from "./silence-watch.ts";
import type { Statement } from "./statement.ts";

/** A row as the driver gives it: bigint as number, since instants and counts fit. */
export type Row = Record<string, string | number | boolean | null>;

/** What statements are run on: the database, each by itself, or one transaction. */
export interface Queryable {
  /** Resolves with the rows. */
  run(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
}

export interface DatabaseOptions extends ConnectionSettings {
  /** Connections that it opens at most, besides the one that listens. */
  poolSize: number;
  onCommit?: OnCommit;
  /** How long others have to come back after an outage, in ms; default: 3,000. */
  graceMs?: number | undefined;
  /** How long an answer may be missed before the server is asked whether it is at work on it, in ms; default: 5,000. */
  silentAfterMs?: number | undefined;
  /** Told of a connection that was given up, since nobody answered it any more, or that is not let in anew. */
  onConnectionFault?: ((error: BelfryError) => void) | undefined;
}

/** How often a transaction that others stood in the way of is begun anew. */
const MOST_TRIES = 5;
/** Leases are renewed with ten seconds left at the least: so that fails early enough to be done by another connection. */
const SILENT_AFTER_MS = 5_000;
const BIGINT = 20;

const INT8_AS_NUMBER: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === BIGINT ? Number : pg.types.getTypeParser(oid, format)),
};

/** The database behind a pool of connections. */
export class Database implements Queryable {
  /** The database for messages, without its password. */
  readonly place: string;
  readonly schema: string;
  /** When it was out of reach. */
  readonly outages: Outages;
  readonly #pool: pg.Pool;
  readonly #idle = new IdleConnections();
  readonly #config: pg.ClientConfig;
  readonly #guard: SilenceGuard;
  readonly #onCommit: OnCommit | undefined;
  readonly #onConnectionFault: (error: BelfryError) => void;

  constructor(options: DatabaseOptions) {
    const { poolSize, onCommit, graceMs, silentAfterMs = SILENT_AFTER_MS, ...told } = options;
    const { onConnectionFault = () => {}, ...connection } = told;
    this.outages = new Outages(graceMs === undefined ? {} : { graceMs });
    this.place = placeOf(connection.url);
    this.schema = connection.schema;
    this.#config = { ...clientConfig(connection), types: INT8_AS_NUMBER };
    this.#onCommit = onCommit;
    this.#onConnectionFault = onConnectionFault;
    this.#guard = this.#createGuard(silentAfterMs);
    this.#pool = new pg.Pool({
      ...this.#config,
      Client: Connection.guardedBy(this.#guard),
      max: poolSize,
      idleTimeoutMillis: 30_000,
    });
    this.#idle.watch(this.#pool);
    // One that breaks while nobody uses it is replaced by the pool; whoever asks next finds out.
    this.#pool.on("error", (error) => this.outages.failed(error));
  }

  /** A connection of its own, besides the pool; its user connects and ends it. */
  client(): pg.Client {
    return new Connection(this.#config, this.#guard);
  }

  /** Tells of a fault that no caller meets. */
  tellOfConnection(action: StoreAction, error: unknown): void {
    this.#onConnectionFault(storeError(action, this.place, error));
  }

  /** Runs one statement that only reads; a connection that broke is replaced once. */
  async run(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return await this.#runOnce(statement, values);
    } catch (error) {
      if (!isOfConnection(error)) throw storeError("read from", this.place, error);
    }
    try {
      return await this.#runOnce(statement, values);
    } catch (error) {
      throw storeError("read from", this.place, error);
    }
  }

  /** Runs one statement that writes: a transaction by itself. */
  async write(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    return this.#timed(() => this.#repeating(() => this.#runOnce(statement, values)));
  }

  /**
   * Runs `work` in one transaction; when others stood in its way it is run anew, so it must begin from
   * nothing each time. What it throws rolls back.
   */
  transaction<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result> {
    return this.#timed(() => this.#repeating(() => this.#transactOnce(work)));
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  #createGuard(silentAfterMs: number): SilenceGuard {
    // Nobody is asked about the connection that asks.
    const standingOf = async (): Promise<Standing> => "silent";
    const ofAsking = { silentAfterMs, standingOf, onSilent: () => {} };
    const inquiry = new Inquiry(() => new Connection(this.#config, ofAsking));
    return {
      silentAfterMs,
      standingOf: (pid) => inquiry.standingOf(pid),
      onSilent: (error, sinceMs) => {
        this.#idle.breakOff(error, sinceMs);
        this.tellOfConnection("hear from", error);
      },
    };
  }

  async #runOnce({ name, text }: Statement, values: readonly unknown[]): Promise<Row[]> {
    const beganAtMs = performance.now();
    try {
      const { rows } = await this.#pool.query<Row>({ name, text, values: values as unknown[] });
      this.outages.answered(performance.now() - beganAtMs);
      return rows;
    } catch (error) {
      this.outages.failed(error);
      throw error;
    }
  }

  async #transactOnce<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result> {
    const beganAtMs = performance.now();
    const client = await this.#connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      const result = await work({ run: (statement, values = []) => runOn(client, statement, values) });
      await client.query("COMMIT");
      this.outages.answered(performance.now() - beganAtMs);
      return result;
    } catch (error) {
      this.outages.failed(error);
      broken = await rolledBack(client);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      this.outages.failed(error);
      throw error;
    }
  }

  async #repeating<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (tries < MOST_TRIES && isRepeatable(error)) continue;
        throw storeError("write to", this.place, error);
      }
    }
  }

  async #timed<Result>(work: () => Promise<Result>): Promise<Result> {
    const beganAtMs = performance.now();
    let isOk = false;
    try {
      const result = await work();
      isOk = true;
      return result;
    } finally {
      this.#onCommit?.({ jobs: 1, durationMs: performance.now() - beganAtMs, isOk });
    }
  }
}

async function runOn(
  client: pg.ClientBase,
  { name, text }: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await client.query<Row>({ name, text, values: values as unknown[] });
  return rows;
}

/** The error of a connection that cannot be used any more, else undefined. */
async function rolledBack(client: pg.ClientBase): Promise<Error | undefined> {
  try {
    await client.query("ROLLBACK");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
